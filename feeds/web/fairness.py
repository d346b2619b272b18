"""Who asks for too much: bodies are counted, and whoever has had his share waits while the others are served."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address

from scraper import addresses

# A client that asks without saying what it has may take so many bodies at once, and so many a second from then on: a
# reader that subscribes to a thousand feeds is not held up.
BODIES, BODIES_A_SECOND = 1_000, 5.0
# One that says what it has, and gets a body since that is old, has a count of its own for each feed: as many at once,
# and one in so many seconds, as no reader that asks every ten minutes reaches.
CHANGES, SECONDS_A_CHANGE = 10, 60.0
# Counts in memory; whoever was not seen for longest is forgotten, to his own advantage.
MOST_COUNTED = 20_000


@dataclass(slots=True)
class _Count:
    left: float
    seen: float


class Fairness:
    """Counts by client, each refilled as time goes by. `now` is in seconds, on a clock that never goes back."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def wait(self, client: str, path: str, *, conditional: bool, now: float) -> int:
        """How many whole seconds this client has to wait for its next body; 0 where it may have it, and it counts."""
        if conditional:
            return self._taken((client, path), CHANGES, 1 / SECONDS_A_CHANGE, now)
        return self._taken((client, ""), BODIES, BODIES_A_SECOND, now)

    def _taken(self, key: tuple[str, str], most: int, a_second: float, now: float) -> int:
        count = self._counts.setdefault(key, _Count(most, now))
        self._counts.move_to_end(key)
        if len(self._counts) > MOST_COUNTED:
            self._counts.popitem(last=False)
        count.left = min(most, count.left + (now - count.seen) * a_second)
        count.seen = now
        if count.left < 1:
            return max(1, math.ceil((1 - count.left) / a_second))
        count.left -= 1
        return 0


def client(peer: str, forwarded: str | None) -> str | None:
    """Who asks: a peer in our own network may be a proxy that says whom it asks for. None for this very machine.

    Neighbours in one IPv6 network of 64 bits are one client.
    """
    try:
        address = ip_address(peer)
        if forwarded and not addresses.public(peer):
            address = ip_address(forwarded.rpartition(",")[2].strip())
    except ValueError:
        return peer
    if address.is_loopback:
        return None
    if address.version == 6:
        return address.exploded[:19]
    return str(address)
