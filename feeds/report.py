"""What one update did, for people."""

from dataclasses import dataclass, replace
from pathlib import Path

from feeds import outcome
from feeds.model import Outcome
from feeds.output import Written
from scraper.model import Discovery, Problem, ScrapeResult

# What a person can do about a run that was held.
HELD = (
    "The feed stays as it was. `feedwright explain NAME` shows the page as it is; `feedwright fetch NAME --accept` "
    "publishes what is there now."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What one update did. `error` is why nothing was learnt, if so; `held` says that it is the gate's.

    A `quiet` one brought nothing that readers could see.
    """

    name: str
    new: int = 0
    changed: int = 0
    entries: int = 0
    path: Path | None = None
    written: bool = False
    unchanged: bool = False
    problems: tuple[Problem, ...] = ()
    discovery: Discovery = Discovery()
    error: str | None = None
    advice: str = ""
    held: bool = False
    quiet: bool = False


def learnt(name: str, result: ScrapeResult, brought: Outcome) -> Report:
    """The report of a run, before its feed is published."""
    if brought.hold is not None and brought.error == brought.hold.reason:
        held = Report(name, problems=result.problems, discovery=result.discovery, error=brought.error, held=True)
        return replace(held, advice=(result.problems[0].advice if result.failed else "") or HELD.replace("NAME", name))
    kinds = [decision.kind for decision in brought.decisions]
    failed = result.problems[0] if result.failed else None
    return Report(
        name,
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        unchanged=result.unchanged,
        problems=result.problems,
        discovery=result.discovery,
        error=outcome.why(result) if failed else None,
        advice=failed.advice if failed else "",
    )


def published(name: str, path: Path, written: Written) -> Report:
    """The report of a feed's files, at `path` and beside it."""
    paths, problems = bool(written.paths), written.problems
    return Report(name, entries=written.entries, path=path, written=paths, problems=problems)
