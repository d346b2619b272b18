"""How a source is, in one word and with the reason: the same for command, page, health check and metrics.

Of what stands in its way the first counts: ended, paused, held, failing, late. One that never gave anything is new.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["held", "failing", "late", "new", "well", "paused", "ended"]
# In the order in which people want to see them, and those that somebody should look at.
STATES: tuple[State, ...] = ("held", "failing", "late", "new", "well", "paused", "ended")
ILL: frozenset[State] = frozenset(("held", "failing", "late"))
# Those that nobody looks at of himself.
RESTING: frozenset[State] = frozenset(("paused", "ended"))
# A source that is due waits for a free worker and for the turn at its host; after this, nobody seems to come.
LATE = timedelta(minutes=2)
# What is said in place of the next look at one that is being looked at.
AT_WORK = "at work"


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a source, as far as it tells how that is.

    `reason` is that of a hold, which is `empty` where nothing was found that could be accepted. When one ended is
    None, and why is empty, where it did not.
    """

    id: int
    name: str
    url: str
    title: str | None
    paused: bool
    rested: bool
    ended: bool
    working: bool
    last_try: datetime | None
    last_good: datetime | None
    next_due: datetime | None
    failures: int
    error: str | None
    held_since: datetime | None
    reason: str | None
    entries: int
    requests: int
    empty: bool = False
    ended_at: datetime | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """How one source is. `before` and `after` are of what moved where it is held, `late` is how long it is overdue."""

    known: Known
    state: State
    why: str = ""
    before: str = ""
    after: str = ""
    late: timedelta = timedelta()

    @property
    def next_due(self) -> datetime | None:
        """When the next look is; None where there is none."""
        return None if self.state in RESTING else self.known.next_due

    @property
    def advice(self) -> str:
        """What a person can do, where that is not to wait."""
        if self.state == "held":
            return ways_on(self.known.name, empty=self.known.empty)
        return f"`feedwright fetch {self.known.name}` tries it again." if self.state == "ended" else ""


@dataclass(frozen=True, slots=True)
class Overview:
    """How all sources are at `now`, the ill ones first, and by name.

    `complaint` is what is wrong with config.yaml, where a daemon goes on by the one before, and `troubles` what else
    stands in its way: files that can't be written, commands that fail. It is `deserted` where something is overdue and
    no daemon works on the folder.
    """

    now: datetime
    conditions: tuple[Condition, ...]
    complaint: str = ""
    troubles: tuple[str, ...] = ()
    deserted: bool = False

    @property
    def counts(self) -> dict[State, int]:
        """How many are in each state, in the order of STATES."""
        found = Counter(one.state for one in self.conditions)
        return {state: found[state] for state in STATES}

    @property
    def ill(self) -> tuple[Condition, ...]:
        return tuple(one for one in self.conditions if one.state in ILL)

    @property
    def late(self) -> int:
        """How many are overdue, whatever else they are."""
        return len([one for one in self.conditions if one.late])

    @property
    def wrong(self) -> bool:
        """Whether anything is that is no source's matter."""
        return bool(self.complaint or self.troubles)

    def called(self, name: str) -> Condition | None:
        return next((one for one in self.conditions if one.known.name == name), None)


def overview(known: Iterable[Known], now: datetime, complaint: str = "", troubles: tuple[str, ...] = ()) -> Overview:
    places = {state: place for place, state in enumerate(STATES)}
    found = sorted((condition(one, now) for one in known), key=lambda one: (places[one.state], one.known.name))
    return Overview(now, tuple(found), complaint, troubles)


def condition(known: Known, now: datetime) -> Condition:
    late = now - known.next_due if known.next_due and not known.working else timedelta()
    late = late if late > LATE else timedelta()
    if known.ended:
        since = f"since {known.ended_at:%Y-%m-%d}: " if known.ended_at else ""
        return Condition(known, "ended", f"{since}{known.ending or 'its site says that it has ended'}")
    if known.paused or known.rested:
        return Condition(known, "paused", "paused in config.yaml" if known.paused else "paused on the status page")
    if known.reason is not None:
        what, before, after = parts(known.reason)
        return Condition(known, "held", what, before, after, late)
    if known.failures:
        return Condition(known, "failing", known.error or "", late=late)
    if late:
        return Condition(known, "late", f"due {length(late)} ago, and nobody works on it", late=late)
    return Condition(known, "well" if known.last_good else "new")


def ways_on(name: str, *, empty: bool) -> str:
    """What a person can do about a source that is held. What found nothing can't be accepted, and is not offered."""
    accept = "" if empty else f"; `feedwright fetch {name} --accept` publishes what is there now"
    return f"`feedwright explain {name}` shows the page as it is{accept}."


def parts(reason: str) -> tuple[str, str, str]:
    """What moved, as it was and as it is, of the reason of a hold: `links found: 12 -> 0 of 12 known`."""
    what, colon, values = reason.partition(": ")
    before, arrow, after = values.partition(" -> ")
    return (what, before, after) if colon and arrow else (reason, "", "")


def length(span: timedelta) -> str:
    """In its largest unit: `3d`, `2h`, `5m`, `7s`."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def away(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    span = moment - now
    return f"in {length(span)}" if span > timedelta() else f"{length(-span)} ago"


def due(condition: Condition, now: datetime) -> str:
    """When the next look at a source is, in words. One that waits for its turn is as good as looked at."""
    if condition.known.working:
        return AT_WORK
    if condition.next_due is None:
        return "–"
    return "now" if timedelta() <= now - condition.next_due <= LATE else away(condition.next_due, now)


def summary(found: Overview) -> str:
    """`2 held, 1 late, 97 well`."""
    said = [f"{count:,} {state}" for state, count in found.counts.items() if count]
    return ", ".join(said) or "no sources"


def desertion(found: Overview) -> str:
    """What is said where nobody comes to look at what is overdue."""
    late = "1 source is" if found.late == 1 else f"{found.late:,} sources are"
    return f"No daemon works on this folder, and {late} overdue: `feedwright run` starts one."


def exit_code(found: Overview) -> int:
    """0 where all is well, 1 where somebody should look, 3 where there is no source."""
    if not found.conditions:
        return 3
    return 1 if found.wrong or found.ill else 0
