"""What became of each block of a page: the account that all stages write, and that `explain` shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.blocks import Block
from scraper.dom import Element, Text

EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one block: which stage decided, and why."""

    stage: str
    kept: bool
    reason: str
    text: str

    @classmethod
    def on(cls, element: Element | Text, stage: str, reason: str, *, kept: bool = False) -> "Verdict":
        return cls(stage, kept, reason, excerpt(_opening(element)))


@dataclass(frozen=True, slots=True)
class Judged:
    """The blocks of a page with the odds of each and whether it was chosen; `why`, where other pages had a say.

    Verdicts are written when somebody asks for them: most blocks go, and few are asked about.
    """

    held: Sequence[Block]
    odds: Sequence[float]
    chosen: Sequence[bool]
    why: Sequence[str | None]

    def __iter__(self) -> Iterator[Verdict]:
        for block, z, keep, said in zip(self.held, self.odds, self.chosen, self.why, strict=True):
            if said or not keep:
                stage, reason = ("template", said) if said else ("learned", f"log-odds {z:.1f}")
                yield Verdict(stage, keep, reason, excerpt(block.text))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a stage took off a page at one go; its verdicts, one on each that held text, are written when asked for."""

    elements: Sequence[Element | Text]
    stage: str
    reason: str

    def __iter__(self) -> Iterator[Verdict]:
        verdicts = (Verdict.on(element, self.stage, self.reason) for element in self.elements)
        return (verdict for verdict in verdicts if verdict.text)


# What the stages write, in their order.
Account = tuple[Verdict | Judged | Taken, ...]


def told(account: Account) -> Iterator[Verdict]:
    """Every verdict of an account."""
    for each in account:
        if isinstance(each, Verdict):
            yield each
        else:
            yield from each


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    return " ".join(text.lstrip()[: 2 * EXCERPT_CHARS].split())[:EXCERPT_CHARS]


def _opening(element: Element | Text) -> str:
    """As much of an element's text as an excerpt is of: it may be the page's."""
    if isinstance(element, Text):
        return element.data
    texts: list[str] = []
    left = 2 * EXCERPT_CHARS
    for text in element.strings:
        text = text if texts else text.lstrip()
        if text:
            texts.append(text)
            left -= len(text)
        if left <= 0:
            break
    return "".join(texts)


def taken_out(elements: Iterable[Element | Text], stage: str, reason: str) -> Taken:
    """Takes the elements off their page."""
    taken = [*elements]
    for element in taken:
        element.extract()
    return Taken(taken, stage, reason)
