"""Is it the network that is down, and not the sites?"""

import threading

# Problems that our own network can cause.
NETWORK = frozenset(("host-not-found", "no-connection", "timed-out"))
# Problems of hosts that nobody may have asked anything: a host waits, or a robots.txt that is kept forbids.
UNASKED = frozenset(("not-yet", "blocked"))
# So many different hosts in a row do not fail by chance.
ENOUGH = 5


class Circuit:
    """Counts the hosts that failed since one last answered. Shared by the threads that update."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def note(self, host: str, problem: str | None) -> bool:
        """Note how a host did, by the kind of its problem, and say whether that is to be put down to the network.

        A host that was not asked says nothing of the network, and its problem is none of that.
        """
        with self._lock:
            if problem in UNASKED:
                return False
            if problem in NETWORK:
                self._failed.add(host)
            else:
                self._failed.clear()
            return self.down

    @property
    def down(self) -> bool:
        """Whether the network is taken to be down."""
        return len(self._failed) >= ENOUGH
