"""Two states of an entry, and what differs between them: for a terminal, and as markup for readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from feeds import edits
from scraper import sanitize
from scraper.model import Article

# What is compared and shown are lines; of a longer text than this the first ones.
MOST_LINES = 2000
# Readers are shown at most so many of those that differ.
MOST_MARKED = 200
# So much of a paragraph is shown, in characters, and so much before the place where it begins to differ.
SHOWN, BEFORE = 160, 20


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. What is not said is empty."""

    field: str
    before: str
    after: str


def changes(before: Article, after: Article) -> tuple[Change, ...]:
    """The fields that differ, as readers see them; the markup is one only where the text is the same."""
    pairs = [
        Change("title", before.title or "", after.title or ""),
        Change("date on the page", _day(before), _day(after)),
        Change("author", ", ".join(before.authors), ", ".join(after.authors)),
        Change("language", before.language or "", after.language or ""),
        Change("tags", ", ".join(before.tags), ", ".join(after.tags)),
        Change("image", before.image.url if before.image else "", after.image.url if after.image else ""),
        Change("summary", before.summary or "", after.summary or ""),
        Change("files", *(" ".join(file.url for file in one.enclosures) for one in (before, after))),
        Change("text", before.text, after.text),
    ]
    if before.text == after.text:
        pairs.append(Change("markup", before.html, after.html))
    return tuple(change for change in pairs if change.before != change.after)


def lines(change: Change) -> Iterator[str]:
    """A change for a terminal."""
    if change.field == "text":
        yield from texts(change.before, change.after)
    elif change.field == "markup":
        yield "markup: the text is the same, links, pictures or formats are not"
    else:
        yield f"{change.field}: {_clipped(change.before) or '—'} → {_clipped(change.after) or '—'}"


def texts(old: str, new: str) -> Iterator[str]:
    """What became of a text, for a terminal: the lines that go («−») and those that come («+»)."""
    one, other = _lines(old), _lines(new)
    for kind, a, b, c, d in SequenceMatcher(None, one, other).get_opcodes():
        if kind == "equal":
            continue
        begin = _alike(one[a], other[c]) if kind == "replace" and (b - a, d - c) == (1, 1) else 0
        yield from (f"− {_clipped(line, begin)}" for line in one[a:b])
        yield from (f"+ {_clipped(line, begin)}" for line in other[c:d])


def markup(old: str, new: str) -> str:
    """The same as safe markup: the lines that differ, each with what went and what came in it."""
    gone, come = edits.differing(*(_lines(text)[:MOST_MARKED] for text in (old, new)))
    pairs = edits.beside(map(str.split, gone), map(str.split, come))
    html = "".join(f"<p>{_marked(was, now)}</p>" for was, now in pairs)
    return sanitize.clean(html.encode("utf-8", "replace").decode())


def _marked(old: Sequence[str], new: Sequence[str]) -> str:
    said = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = escape(" ".join(old[a:b]), quote=False), escape(" ".join(new[c:d]), quote=False)
        if kind == "equal":
            said.append(was)
            continue
        said += [f"<del>{was}</del>"] if was else []
        said += [f"<ins>{now}</ins>"] if now else []
    return " ".join(said)


def _day(article: Article) -> str:
    return f"{article.published:%Y-%m-%d %H:%M}" if article.published else ""


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()][:MOST_LINES]


def _alike(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _clipped(text: str, begin: int = 0) -> str:
    """The text on one line, from shortly before `begin`, and not too much of it."""
    start = max(0, begin - BEFORE)
    shown = " ".join(text[start : start + SHOWN].split())
    return ("…" if start else "") + shown + ("…" if len(text) > start + SHOWN else "")
