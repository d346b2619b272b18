"""How much does an edit change: nothing, a little, or what readers are to be told of?"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from feeds import passing, sketch
from scraper import dom
from scraper.model import Article

# So many other words make an edit worth telling of, or such a part of all words. A name, a number or a "not" that is
# another is so by itself; words that are spelt a little differently do not count. `tests/edits` holds pairs of pages
# with the verdict that people would give, and `python -m pytest tests/test_edits.py` measures these on them.
TELLING_WORDS, TELLING_PART = 3, 0.2
# Two spellings of one word share so much of their letters. Shorter words are other words.
SPELLING, SPELLING_CHARS = 0.75, 4
# Two lines that share so much are one line, edited.
SAME_LINE = 0.4
# Longer texts are compared line by line, and their lines as wholes: so many of those that differ are looked into.
MOST_LINES = 200
MOST_WORDS = 2000
# What has changed at so many looks in a row, some 1, 2, 4 and 8 hours after it came, changes at every look: it is not
# believed any more until two looks in a row find the same.
RESTLESS = 4
NEGATIONS = frozenset(
    """not no never none nobody nothing without cannot nicht kein keine keinen keiner nie niemals ohne pas jamais aucun
    aucune sans nunca ningún ninguna sin mai nessun nessuna senza não nem sem niet geen nooit zonder inte ikke aldrig
    nie bez не нет никогда без ні değil hiç 不 没 未 無 非 않 لا ليس لم""".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it is compared: its title, its text, and the texts of the links in it."""

    title: str
    text: str
    links: frozenset[str] = frozenset()

    @classmethod
    def of(cls, article: Article) -> "Words":
        anchors = dom.fragment(article.html).select("a") if "<a " in article.html else []
        links = (passing.flat(line) for anchor in anchors for line in anchor.text.split("\n"))
        return cls(article.title or "", article.text, frozenset(filter(None, links)))


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of a text, and why that is thought of it, in words."""

    kind: Literal["nothing", "small", "material"]
    why: str


def essence(words: Words) -> str:
    """The title and what the text says, as one text: the same where an edit is nothing."""
    return "\n".join((passing.flat(words.title), *passing.said(passing.lines(words.text), words.links)))


def compare(old: Words, new: Words) -> Edit:
    """What the edit from `old` to `new` is."""
    links = old.links | new.links
    was, now = passing.lines(old.text), passing.lines(new.text)
    one, other = passing.said(was, links, frozenset(now)), passing.said(now, links, frozenset(was))
    title = _weigh([passing.flat(old.title)], [passing.flat(new.title)])
    if title.telling or title.words:
        return Edit("material", f"the title says {title.telling or 'something else'}")
    if one == other and passing.flat(old.title) == passing.flat(new.title):
        return Edit("nothing", "only what passes, or nothing, is different")
    body = _weigh(*differing(one, other))
    if body.telling:
        return Edit("material", f"the text says {body.telling}")
    if body.words >= min(TELLING_WORDS, max(1, TELLING_PART * _count(one, other))):
        return Edit("material", f"{body.words} other words")
    if sorted(one) == sorted(other) and old.title == new.title:
        return Edit("nothing", "only the order of the lines is different")
    return Edit("small", f"{body.words} other words, the rest is spelling")


def _count(one: Sequence[str], other: Sequence[str]) -> float:
    """The words of a text, before and after, on average."""
    return sum(len(sketch.words(line)) for line in (*one, *other)) / 2


@dataclass(frozen=True, slots=True)
class _Weight:
    """How many words are others, and which of them is telling by itself."""

    words: int = 0
    telling: str = ""


def differing(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines that are on one side only, wherever they stand, in order."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return _picked(old, gone), _picked(new, come)


def _picked(lines: Sequence[str], wanted: Counter[str]) -> list[str]:
    left = wanted.copy()
    found = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
            found.append(line)
    return found


def _weigh(gone: list[str], come: list[str]) -> _Weight:
    if len(gone) + len(come) > MOST_LINES:
        return _Weight(MOST_LINES)
    words, told = 0, []
    for old, new in beside(map(_words, gone), map(_words, come)):
        for was, now in _replaced(old, new):
            weight, telling = _exchange(was, now)
            words += weight
            told += [telling] if telling and old and new else []
    return _Weight(words, told[0] if told else "")


def beside(gone: Iterable[list[str]], come: Iterable[list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Each line that went, in words, beside the one that came for it; those without one beside nothing."""
    left = list(come)
    for words in gone:
        best = max(left, key=lambda other: _alike(words, other), default=None)
        if best is not None and _alike(words, best) >= SAME_LINE:
            left.remove(best)
            yield words, best
        else:
            yield words, []
    for other in left:
        yield [], other


def _words(line: str) -> list[str]:
    """The words as they are written, but for case at the beginning of a sentence, which is kept too."""
    return sketch.WORD.findall(line) if not line.islower() else sketch.words(line)


def _alike(one: list[str], other: list[str]) -> float:
    both = Counter(map(str.casefold, one)) & Counter(map(str.casefold, other))
    return 2 * both.total() / (len(one) + len(other)) if one or other else 1.0


def _replaced(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    if max(len(old), len(new)) > MOST_WORDS:
        yield old, new
        return
    one, other = ([_plain(word) for word in words] for words in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[a:b], new[c:d]


def _exchange(was: list[str], now: list[str]) -> tuple[int, str]:
    """How many words of an exchange count, and what in it is telling by itself."""
    if _plain("".join(was)) == _plain("".join(now)):
        return 0, ""  # written together, or apart
    numbers = [[word for word in words if any(map(str.isdigit, word))] for words in (was, now)]
    if numbers[0] != numbers[1]:
        return max(len(was), len(now)), "another number"
    others = [(was, now)] if len(was) != len(now) else _others(was, now)
    denied = [
        sum(word.casefold() in NEGATIONS for words in side for word in words) for side in zip(*others, strict=True)
    ]
    if len(set(denied)) > 1:
        return max(len(was), len(now)), "the contrary"
    if len(was) != len(now):
        return max(len(was), len(now)), ""
    name = any(one[0][0].isupper() and other[0][0].isupper() for one, other in others)
    return len(others), "another name" if name and len(others) < TELLING_WORDS else ""


def _others(was: list[str], now: list[str]) -> list[tuple[list[str], list[str]]]:
    """Each word beside the one that came for it, where that is no spelling of the same."""
    return [([one], [other]) for one, other in zip(was, now, strict=True) if not _spelling(one, other)]


def _spelling(one: str, other: str) -> bool:
    """Whether two words are spellings of one."""
    one, other = _plain(one), _plain(other)
    if one == other:
        return True
    long_enough = min(len(one), len(other)) >= SPELLING_CHARS
    return long_enough and SequenceMatcher(None, one, other).ratio() >= SPELLING


def _plain(word: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
