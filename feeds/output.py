"""The files of a feed in out/, in every format that is wanted."""

from collections.abc import Sequence
from pathlib import Path

from feeds import edition, publish
from feeds.errors import PublishError
from feeds.model import Feed


def write(out: Path, name: str, feed: Feed, forms: Sequence[str]) -> tuple[Path, ...]:
    """Bring the files of a feed up to date, and remove those of formats that are not wanted any more.

    Gives the paths of what changed. Raises PublishError.
    """
    changed = []
    made = edition.documents(feed, name, forms, _standing(out / f"{name}.atom"))
    for document in made:
        path = out / f"{name}.{document.form}"
        if publish.write(path, document.content):
            changed.append(path)
    wanted = {document.form for document in made}
    for form in edition.FORMS:
        if form not in wanted and publish.remove(path := out / f"{name}.{form}"):
            changed.append(path)
    return tuple(changed)


def _standing(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PublishError(f"{path} could not be read ({error.strerror or error}).") from error
