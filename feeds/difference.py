"""Two states of an entry, and what differs between them, for people to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from scraper.model import Article

# What is compared and shown are paragraphs; of a longer text than this the first ones.
MOST_BLOCKS = 2000
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
    """A change in lines: of a text the paragraphs that go («−») and those that come («+»)."""
    if change.field == "text":
        yield from _paragraphs(_blocks(change.before), _blocks(change.after))
    elif change.field == "markup":
        yield "markup: the text is the same, links, pictures or formats are not"
    else:
        yield f"{change.field}: {_clipped(change.before) or '—'} → {_clipped(change.after) or '—'}"


def _day(article: Article) -> str:
    return f"{article.published:%Y-%m-%d %H:%M}" if article.published else ""


def _blocks(text: str) -> list[str]:
    return [block for block in text.split("\n\n") if block.strip()][:MOST_BLOCKS]


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            continue
        begin = _alike(old[a], new[c]) if kind == "replace" and (b - a, d - c) == (1, 1) else 0
        yield from (f"− {_clipped(block, begin)}" for block in old[a:b])
        yield from (f"+ {_clipped(block, begin)}" for block in new[c:d])


def _alike(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _clipped(text: str, begin: int = 0) -> str:
    """The text on one line, from shortly before `begin`, and not too much of it."""
    start = max(0, begin - BEFORE)
    shown = " ".join(text[start : start + SHOWN].split())
    return ("…" if start else "") + shown + ("…" if len(text) > start + SHOWN else "")
