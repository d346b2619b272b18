"""What one update did, for people."""

from dataclasses import dataclass
from pathlib import Path

from feeds import outcome, status
from feeds.errors import LeaseLost, StoreError
from feeds.model import Holding, Outcome
from feeds.output import Written
from scraper.model import Discovery, Problem, ScrapeResult

# What a person is told who wanted that accepted.
NEVER = "An empty list is never accepted, nor is what stands in place of one."


@dataclass(frozen=True, slots=True)
class Report:
    """What one update did. `error` is why nothing was learnt, if so; `held` says that it is the gate's.

    A `quiet` one brought nothing that readers could see; the files of an `unwritten` one are behind what was learnt;
    with an `unsaved` one the store is at fault, in this way.
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
    unwritten: bool = False
    unsaved: StoreError | None = None

    @property
    def waits(self) -> bool:
        """Whether it is only not yet done: its host has others first, or wants to be left alone; or another does it."""
        early = self.error is not None and bool(self.problems) and self.problems[0].kind == "not-yet"
        return early or isinstance(self.unsaved, LeaseLost)


def held(name: str, hold: Holding) -> str:
    """What a person can do about a source that is held."""
    return f"The feed stays as it was. {status.ways_on(name, empty=hold.empty)}"


def learnt(name: str, result: ScrapeResult, brought: Outcome, *, accept: bool = False) -> Report:
    """The report of a run, before its feed is published. `accept` says that a person wanted to have it accepted."""
    if brought.hold is not None and brought.withheld:
        advice = (result.problems[0].advice if result.failed else "") or held(name, brought.hold)
        return Report(
            name,
            problems=result.problems,
            discovery=result.discovery,
            error=brought.error,
            advice=f"{NEVER} {advice}" if accept and brought.hold.empty else advice,
            held=True,
        )
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
