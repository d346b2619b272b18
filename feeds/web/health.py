"""Is it alive, and is all well? For who keeps it running: a container's health check, a load balancer, a person."""

import json
from dataclasses import dataclass
from typing import Literal

from feeds import status
from feeds.status import Overview

# A tick comes every second. One that waits this long has a store that another program holds, or hangs; the watchdog
# ends the process later still, so that whoever asks is told before.
DEAD_SECONDS = 60.0
REASONS = 20


@dataclass(frozen=True, slots=True)
class Health:
    """`dead` is answered with 503, the other two with 200: a source that is ill is no reason to start all anew."""

    verdict: Literal["ok", "degraded", "dead"]
    reasons: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        return 503 if self.verdict == "dead" else 200

    def body(self) -> bytes:
        return json.dumps({"status": self.verdict, "reasons": self.reasons}).encode() + b"\n"


def judge(found: Overview | None, trouble: str, silent: float | None) -> Health:
    """`found` is None where the store can't be read, for the reason in `trouble`.

    `silent` is for how many seconds the scheduler has not been heard; None where nothing is scheduled.
    """
    if silent is not None and silent >= DEAD_SECONDS:
        return Health("dead", (f"the scheduler was not heard for {silent:.0f} seconds",))
    if found is None:
        return Health("degraded", (trouble,))
    ill = [f"{one.known.name} is {one.state}" for one in found.ill]
    more = len(ill) - REASONS
    reasons = [status.desertion(found)] if found.deserted else []
    reasons += [found.complaint] if found.complaint else []
    reasons += found.troubles
    reasons += [status.summary(found), *ill[:REASONS]] if ill else []
    reasons += [f"and {more} more"] if more > 0 else []
    return Health("degraded", tuple(reasons)) if reasons else Health("ok")
