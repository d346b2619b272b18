"""The posts of the sample newspaper, read from their files."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Dated(StrEnum):
    """The one place on a post's own page that tells its date."""

    JSON_LD = "json-ld"
    TIME = "time"
    TEXT = "text"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Post:
    """One post; texts are plain, `body` is markup, `image` is a path on the site.

    `number` counts from 1, the oldest. `date` and `modified` are ISO 8601: a moment with its offset, or a
    bare day where the page tells no more; None where the page tells nothing.
    """

    number: int
    slug: str
    title: str
    authors: tuple[str, ...]
    date: str | None
    modified: str | None
    dated: Dated
    language: str
    category: str
    tags: tuple[str, ...]
    image: str
    summary: str
    minutes: int
    views: int
    comments: int
    body: str

    @property
    def path(self) -> str:
        """Where the post is on the site."""
        return f"/post/{self.slug}"

    @property
    def author(self) -> str:
        """Everyone who wrote it, as the byline says it."""
        return " and ".join(self.authors)


@cache
def posts() -> tuple[Post, ...]:
    """All posts, newest first."""
    folder = files("scraper.sample") / "site" / "posts"
    found = (
        read(file.name.removesuffix(".html"), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".html")
    )
    return tuple(sorted(found, key=lambda post: post.number, reverse=True))


def read(slug: str, text: str) -> Post:
    """A post from its file: `key: value` lines, an empty line, the body's markup."""
    head, _, body = text.partition("\n\n")
    field = dict(line.split(": ", 1) for line in head.splitlines())
    return Post(
        number=int(field["number"]),
        slug=slug,
        title=field["title"],
        authors=tuple(field["authors"].split("; ")),
        date=field.get("date"),
        modified=field.get("modified"),
        dated=Dated(field["dated"]),
        language=field["language"],
        category=field["category"],
        tags=tuple(field["tags"].split("; ")),
        image=field["image"],
        summary=field["summary"],
        minutes=int(field["minutes"]),
        views=int(field["views"]),
        comments=int(field["comments"]),
        body=body.strip(),
    )
