"""What `feedwright status` prints. It loads little, for it is asked often."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from feeds import status, statusrows
from feeds.status import Condition, Overview
from feeds.text import line

EVERY_SECONDS = 2
# Where a file says `out:` plainly, the rest of it need not be read: ten thousand feeds take seconds.
OUT = re.compile(r"^out:[ \t]+([A-Za-z0-9_./-]+)[ \t]*(?:#.*)?$", re.MULTILINE)
MENTIONED = re.compile(r"^[\"'? \t]*out[\"']?[ \t]*:", re.MULTILINE)
BLOCKS = re.compile(r"\A(?:[ \t]*(?:#.*)?\n|---[ \t]*\n)*[a-z_]+:")
HEAD = ("", "source", "last good", "next due", "entries", "failures", "requests today")
CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def show(path: Path, load: Callable[[], Path], *, as_json: bool, watch: bool) -> int:
    """Print how all sources are, once or again and again. Gives the exit code. Raises ConfigError and Unreadable.

    `load` reads the configuration at `path` and gives its folder for all that is made.
    """
    out = folder(path) or load()
    store = out / statusrows.STORE
    while True:
        now = datetime.now(UTC)
        found = statusrows.look(out, now)
        if watch and not as_json:
            click.echo(CLEAR, nl=False)
        if as_json:
            click.echo(json.dumps(record(found), ensure_ascii=False, indent=None if watch else 2))
        else:
            click.echo("\n".join(lines(found, store.exists())))
        if not watch:
            return status.exit_code(found)
        time.sleep(EVERY_SECONDS)


def folder(path: Path) -> Path | None:
    """Where the configuration has everything that is made; None where the file does not say so plainly."""
    try:
        written = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    mentioned, plain = MENTIONED.findall(written), OUT.findall(written)
    if not BLOCKS.match(written) or len(mentioned) != len(plain) or len(plain) > 1:
        return None
    return (path.absolute().parent / (plain[0] if plain else "out")).resolve()


def record(found: Overview) -> dict[str, Any]:
    """What --json prints."""
    return {
        "at": _moment(found.now),
        "config": found.complaint or None,
        "troubles": found.troubles,
        "deserted": found.deserted,
        "counts": {**found.counts, "all": len(found.conditions)},
        "sources": [_record(one) for one in found.conditions],
    }


def _record(one: Condition) -> dict[str, Any]:
    known = one.known
    return {
        "name": known.name,
        "url": known.url,
        "title": known.title,
        "state": one.state,
        "why": one.why or None,
        "advice": one.advice or None,
        "before": one.before or None,
        "after": one.after or None,
        "held_since": _moment(known.held_since),
        "late_seconds": int(one.late.total_seconds()),
        "working": known.working,
        "last_try": _moment(known.last_try),
        "last_good": _moment(known.last_good),
        "next_due": _moment(one.next_due),
        "entries": known.entries,
        "failures": known.failures,
        "last_error": known.error,
        "requests_today": known.requests,
    }


def lines(found: Overview, stored: bool) -> Iterator[str]:
    """What people are shown: a count, a table, and the reasons of what is ill."""
    if found.deserted:
        yield f"{status.desertion(found)}\n"
    if found.complaint:
        yield f"The daemon goes on by the configuration before: {line(found.complaint)}\n"
    for trouble in found.troubles:
        yield f"Something stands in the daemon's way: {line(trouble)}\n"
    if not found.conditions:
        yield (
            "Nothing was fetched yet: `feedwright fetch --all` or `feedwright run` does."
            if not stored
            else ("There are no sources.")
        )
        return
    rows = [HEAD, *(_row(one, found.now) for one in found.conditions)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    whys = [(), *map(_why, found.conditions)]
    yield f"{status.summary(found)}\n"
    for row, why in zip(rows, whys, strict=True):
        left = (cell.ljust(width) for cell, width in zip(row[:4], widths[:4], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[4:], widths[4:], strict=True))
        yield "  ".join((*left, *right)).rstrip()
        yield from (f"{'':{widths[0]}}  {said}" for said in why)


def _row(one: Condition, now: datetime) -> tuple[str, ...]:
    known = one.known
    return (
        one.state,
        known.name,
        status.away(known.last_good, now),
        status.due(one, now),
        f"{known.entries:,}",
        str(known.failures),
        str(known.requests),
    )


def _why(one: Condition) -> tuple[str, ...]:
    """The reason, and what can be done."""
    said = f"{one.why}: before {one.before}, now {one.after}" if one.before else one.why
    return tuple(filter(None, (line(said), one.advice)))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
