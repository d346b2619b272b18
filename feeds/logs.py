"""The log, one event a line: logfmt or JSON, the same keys everywhere.

Events are logged as a sentence that ends in pairs, `log.info("updated feed=%s new=%d", name, new)`: the pairs become
keys with values of their own, so that no value can pass for another key. A key without a value is left out.
"""

import json
import logging
import os
import re
import select
import sys
from contextlib import suppress
from datetime import UTC, datetime

PLACE = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[sdrfi]")
# The pairs at the end of a template, and one of them; no blank is in a value before it is filled in.
PAIRS = re.compile(r"(?:(?:^| )[a-z_]+=[^\s=]*%[^\s=]*)+$")
PAIR = re.compile(r"([a-z_]+)=(\S*)")
PLAIN = re.compile(r"[!#-<>-\[\]-~\u00a1-\ud7ff\ue000-\uffef]+")
STDERR = 2
# Of no value more is written: a line is read by people, and kept.
LONGEST = 8_000

Value = str | int | float | bool


class Structure(logging.Filter):
    """Takes an event apart while its pairs are still known: `record.event` and `record.pairs`."""

    def filter(self, record: logging.LogRecord) -> bool:
        event, pairs = taken_apart(record)
        record.event, record.pairs = event, pairs
        return True


class Line(logging.Formatter):
    """A record as one line, whatever is in it."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._write = as_json if form == "json" else logfmt

    def format(self, record: logging.LogRecord) -> str:
        if not hasattr(record, "event"):
            Structure().filter(record)
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Value] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.event,  # type: ignore[attr-defined]
            **record.pairs,  # type: ignore[attr-defined]
        }
        trace = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else "")
        if trace:
            said["trace"] = trace
        return self._write({key: _short(value) for key, value in said.items()})


def taken_apart(record: logging.LogRecord) -> tuple[str, dict[str, Value]]:
    """The event of a record and its pairs; all of it is the event where no pairs stand at its end."""
    template = record.msg if isinstance(record.msg, str) else str(record.msg)
    match = PAIRS.search(template)
    arguments = record.args if isinstance(record.args, tuple) else ()
    if match is None or not match.start():
        return record.getMessage(), {}
    before = len(PLACE.findall(template[: match.start()]))
    left = list(arguments[before:])
    pairs: dict[str, Value] = {}
    try:
        event = template[: match.start()] % arguments[:before]
        for key, written in PAIR.findall(match[0]):
            count = len(PLACE.findall(written))
            some, left = tuple(left[:count]), left[count:]
            pairs[key] = _value(some[0]) if PLACE.fullmatch(written) else written % some
    except (IndexError, TypeError, ValueError):  # the arguments do not fit: printed as logging does, which tells of it
        return record.getMessage(), {}
    return event, {key: value for key, value in pairs.items() if value != ""}


def logfmt(said: dict[str, Value]) -> str:
    return " ".join(f"{key}={_quoted(value)}" for key, value in said.items())


def as_json(said: dict[str, Value]) -> str:
    """Plain ASCII: no terminal and no line of a log can be upset by it."""
    return json.dumps(said)


def begin(level: int) -> None:
    """Write to stderr from now on, of our own events those from `level` on."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    use("logfmt")
    logging.getLogger("feedwright").setLevel(level)
    # What is wrong with an answer is told as the problem of its source, and not with a traceback beside it.
    logging.getLogger("urllib3").setLevel(logging.ERROR)


def at_once(template: str, *values: str) -> None:
    """A warning by a handler of signals, which waits for nobody: not for a lock that a thread has, nor for a reader."""
    record = logging.makeLogRecord(
        {"levelno": logging.WARNING, "levelname": "WARNING", "msg": template, "args": values}
    )
    for handler in logging.getLogger().handlers:
        with suppress(OSError):
            if select.select((), (STDERR,), (), 0)[1]:
                os.write(STDERR, f"{handler.format(record)}\n".encode(errors="replace"))


def use(form: str) -> None:
    """Have every handler write so from now on."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Line(form))
        if not any(isinstance(each, Structure) for each in handler.filters):
            handler.filters.insert(0, Structure())  # before what masks secrets, which leaves no arguments


def _value(value: object) -> Value:
    return value if isinstance(value, str | int | float | bool) else str(value)


def _quoted(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if PLAIN.fullmatch(text) and text.isprintable():
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _short(value: Value) -> Value:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value
