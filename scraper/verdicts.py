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
        return cls(stage, kept, reason, excerpt(element.text))


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


# What the stages write, in their order.
Account = tuple[Verdict | Judged, ...]


def told(account: Account) -> Iterator[Verdict]:
    """Every verdict of an account."""
    for each in account:
        if isinstance(each, Judged):
            yield from each
        else:
            yield each


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    return " ".join(text.lstrip()[: 2 * EXCERPT_CHARS].split())[:EXCERPT_CHARS]


def taken_out(elements: Iterable[Element | Text], stage: str, reason: str) -> list[Verdict]:
    """Takes the elements off their page; a verdict on each that held text."""
    found = []
    for element in elements:
        verdict = Verdict.on(element, stage, reason)
        if verdict.text:
            found.append(verdict)
        element.extract()
    return found
