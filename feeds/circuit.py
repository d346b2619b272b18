"""Is it the network that is down, and not the sites?"""

import threading

# Problems that our own network can cause.
NETWORK = frozenset(("host-not-found", "no-connection", "timed-out"))
# So many different hosts in a row do not fail by chance.
ENOUGH = 5


class Circuit:
    """Counts the hosts that failed since one last answered. Shared by the threads that update."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def note(self, host: str, problem: str | None) -> bool:
        """Note how a host did, by the kind of its problem, and say whether the network is taken to be down."""
        with self._lock:
            if problem in NETWORK:
                self._failed.add(host)
            else:
                self._failed.clear()
            return self.down

    @property
    def down(self) -> bool:
        """Whether the network is taken to be down."""
        return len(self._failed) >= ENOUGH
