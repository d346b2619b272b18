"""What each of several processes takes of the work."""

from dataclasses import dataclass
from datetime import timedelta

from feeds.configuration import Config

# Of one process: more sources than that have two, and so on. 10,000 that are looked at hourly take 18 % of a processor
# (python bench/daemon.py), four times that at a look every quarter of an hour; another process takes some 100 MB.
SOURCES = 2_500
# There is one more than processors at most: while one waits for the disk or the store another computes, so that on two
# processors up to a fifth more new articles are done, and half as many more quiet looks (python bench/daemon.py).
SPARE = 1
# What is due for so long is anybody's: whose it is may be busy, or gone.
OVERDUE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Share:
    """That of process `number`, counted from 0, where so many work side by side.

    `holder` is the name of that process if it is not the daemon's own; another one that follows it has another name.
    """

    number: int = 0
    of: int = 1
    holder: str | None = None

    def workers(self, all: int) -> int:
        """How many of all workers are in this process."""
        return (all - self.number + self.of - 1) // self.of


WHOLE = Share()


def shares(config: Config, processors: int) -> tuple[Share, ...]:
    """The shares of the work on so many processors, as it is configured: none of them is without a worker."""
    wanted = config.processes or min(processors + SPARE, 1 + len(config.feeds) // SOURCES)
    count = min(wanted, config.at_once)
    return tuple(Share(number, count) for number in range(count))
