"""Word that a daemon leaves of what is wrong, for all who tell how the sources are: `feeds.statusrows` reads it."""

import os
from collections.abc import Iterable
from pathlib import Path

from feeds import publish
from feeds.text import line


def leave(path: Path, sentences: Iterable[str]) -> None:
    """What is wrong now, a line each below the number of this process; no file says that nothing is.

    Raises PublishError.
    """
    lines = tuple(map(line, sentences))
    if lines:
        publish.write(path, "".join(f"{one}\n" for one in (os.getpid(), *lines)).encode("utf-8", "replace"))
    else:
        publish.remove(path)
