"""Two clocks side by side: the one on the wall may be set, and a machine may sleep."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A clock is corrected by less than this all the time.
CORRECTED = timedelta(seconds=5)
# A machine that slept finds its network after some seconds: so long nothing is begun once it has slept as long as that.
SLEPT, WAKING_SECONDS = timedelta(minutes=1), 10.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What the clock on the wall shows, and how many seconds a clock has counted that nobody sets."""

    wall: datetime
    counted: float


def jump(before: Moment, now: Moment) -> timedelta | None:
    """By how much the clock on the wall was put forward or, below 0, back meanwhile; None where it just went on."""
    off = now.wall - before.wall - timedelta(seconds=now.counted - before.counted)
    return off if abs(off) > CORRECTED else None
