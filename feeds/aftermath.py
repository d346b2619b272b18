"""What follows when feeds were updated: what is of all of them is brought up to date, and the user's command run."""

from pathlib import Path
from queue import SimpleQueue

from feeds import bulletin, front, hook, packing
from feeds.config import Config
from feeds.store import Store


def settle(config: Config, store: Store, written: SimpleQueue[Path]) -> str | None:
    """Bring up to date what is of all feeds, and tell the user's command of that and of what was `written`.

    A sentence says why the command failed; what it was to be told of is told again next time. Raises StoreError and
    PublishError.
    """
    for path in (*front.write(config, store), *bulletin.write(config, store), *_packed(config)):
        written.put(path)
    paths = tuple(dict.fromkeys(written.get() for _ in range(written.qsize())))
    if not paths or config.publish.command is None:
        return None
    failed = hook.run(config.publish.command, paths, config.path.absolute().parent, config.publish.timeout)
    if failed:
        for path in paths:
            written.put(path)
    return failed


def _packed(config: Config) -> tuple[Path, ...]:
    """The packed copies that changed, now that what they are of is written."""
    return packing.pack(config.out) if config.publish.gzip else packing.remove(config.out)
