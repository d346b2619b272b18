"""OPML as a flat list of its outlines: the door to the XML parser. No entity is ever expanded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from feeds.errors import ExchangeError
from feeds.exchange.model import MOST_FEEDS

MOST_DEPTH = 20
# Between a namespace and a name, in what the parser gives.
BETWEEN = " "


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline: its attributes, those of a namespace as `namespace name`, and the texts of those around it."""

    line: int
    attributes: Mapping[str, str] = field(hash=False)
    groups: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """The value on one line, empty where there is none. Names of attributes are often in other letters."""
        value = self.attributes.get(name) or self.attributes.get(name.lower()) or ""
        return " ".join(value.split())


def read(content: bytes, file: Path) -> tuple[Outline, ...]:
    """All outlines that are no mere folders. Raises ExchangeError, naming file and line."""
    reader = _Reader(file)
    parser = expat.ParserCreate(namespace_separator=BETWEEN)
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.entity
    reader.parser = parser
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        said = expat.errors.messages.get(error.code, "no well-formed XML")
        raise ExchangeError(f"{file}:{error.lineno}: not valid XML: {said}") from error
    except (LookupError, ValueError) as error:  # an encoding that there is not
        raise ExchangeError(f"{file}:1: not valid XML: {error}") from error
    if reader.root != "opml":
        raise ExchangeError(f"{file}:1: expected OPML, got the element {reader.root}")
    return tuple(reader.found)


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.parser = expat.ParserCreate()
        self.root = ""
        self.depth = 0
        self.open: list[Outline | None] = []
        self.found: list[Outline] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name.rpartition(BETWEEN)[2]
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self._refuse(f"expected at most {MOST_DEPTH} levels, one inside the other")
        if name.rpartition(BETWEEN)[2] != "outline":
            return
        outline = Outline(self.parser.CurrentLineNumber, attributes)
        groups = tuple(around.get("text") or around.get("title") for around in self.open if around is not None)
        self.open.append(outline)
        if outline.get("xmlUrl") or outline.get("htmlUrl") or outline.get("url"):
            self.found.append(Outline(outline.line, attributes, tuple(filter(None, groups))))
        if len(self.found) > MOST_FEEDS:
            self._refuse(f"expected at most {MOST_FEEDS:,} feeds")

    def end(self, name: str) -> None:
        self.depth -= 1
        if name.rpartition(BETWEEN)[2] == "outline":
            self.open.pop()

    def entity(self, name: str, *_: object) -> None:
        self._refuse(f"it declares the entity {name}, and none is accepted")

    def _refuse(self, message: str) -> NoReturn:
        raise ExchangeError(f"{self.file}:{self.parser.CurrentLineNumber}: {message}")
