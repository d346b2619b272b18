"""What became of each block of a page: the account that all stages write, and that `explain` shows."""

from collections.abc import Iterable
from dataclasses import dataclass

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
