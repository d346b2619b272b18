"""A YAML file as text in lists and mappings, with the line of every part: the door to PyYAML.

Nothing is guessed from how a value looks: `no`, `1.0` and `2024-01-01` stay the text that was typed, and what
a key wants is for its owner to say. No tag is obeyed, so nothing in the file can make an object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import Reader

from feeds.errors import ConfigError

MOST_BYTES = 10_000_000  # about a hundred thousand feeds
MOST_ALIASES = 100
MOST_PARTS = 1_000_000  # with every alias written out: ten lines of ten aliases each could make 10^10
MOST_DEPTH = 20
NULLS = ("", "~", "null", "Null", "NULL")
# In C, and ten times as fast; but not on every machine.
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KeyPath = tuple[str | int, ...]  # the keys, and places in lists, that lead to a part
PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the file: its value, and the line on which its key or its list item begins.

    `size` counts the parts in it and `height` the levels below it, with every alias written out.
    """

    line: int
    value: "str | list[Node] | dict[str, Node] | None"
    size: int = 1
    height: int = 0

    def at(self, line: int) -> "Node":
        """The same as the value of a key, or as a list item, that begins on this line."""
        return self if line == self.line else Node(line, self.value, self.size, self.height)

    def find(self, path: KeyPath) -> "tuple[KeyPath, Node]":
        """The part at `path`, or else the last part on the way there; and the path to it."""
        node = self
        for depth, step in enumerate(path):
            below: Any = dict(enumerate(node.value)) if isinstance(node.value, list) else node.value
            if not isinstance(below, dict) or step not in below:
                return path[:depth], node
            node = below[step]
        return path, node


def plain(node: Node | None) -> Any:
    """What a node says, without where it says it."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(value) for value in node.value] if isinstance(node.value, list) else node.value


def read(path: Path) -> Node | None:
    """What the file holds, None for nothing. Raises ConfigError."""
    return parsed(content(path), path)


def parsed(content: bytes, path: Path) -> Node | None:
    """What the bytes of a file hold, None for nothing; `path` is its name in messages. Raises ConfigError."""
    text = decoded(content, path)
    try:
        return _Reader(path, yaml.parse(text, Loader=FAST)).document()
    except yaml.YAMLError:
        return _explained(text, path)


def _explained(text: str, path: Path) -> Node | None:
    """The same by the parser that says best what is wrong. Raises ConfigError."""
    try:
        return _Reader(path, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        # Where a thing was opened says more than where its end was missed; but a block was opened far above.
        opened = None if "block" in (error.context or "") else error.context_mark
        mark = opened or error.problem_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(
            f"{path}:{line}: not valid YAML: {error.problem}",
            advice="Check quotes, brackets and indentation (spaces, no tabs) here and just above.",
        ) from error


def content(path: Path) -> bytes:
    """The file's bytes. Raises ConfigError, for a file that is far too large as well."""
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such file in {path.absolute().parent}",
            advice="`feedwright add URL` makes one; or name another with --config PATH.",
        ) from error
    except IsADirectoryError as error:
        raise ConfigError(f"{path}: expected a file, got a folder", advice="Name a file with --config PATH.") from error
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be read: {error.strerror}") from error
    if len(found) > MOST_BYTES:
        raise ConfigError(f"{path}: expected at most {MOST_BYTES:,} bytes, and it is larger")
    return found


def decoded(content: bytes, path: Path) -> str:
    """The text, without a mark at its beginning. Raises ConfigError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}:{line}: expected text in UTF-8, got the byte 0x{content[error.start]:02x}"
        ) from error
    if unprintable := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, unprintable.start()) + 1
        raise ConfigError(f"{path}:{line}: expected text, got the control character U+{ord(unprintable[0]):04X}")
    return text


class _Reader:
    """Makes nodes of the parser's events, within limits."""

    def __init__(self, path: Path, parsed: Iterator[Event]) -> None:
        self.path = path
        self.events = parsed
        self.anchors: dict[str, Node] = {}
        self.aliases = 0

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self._error(event, "expected one document, got a second one after ---")
                root = self._node(next(self.events), depth=0)
        return root

    def _node(self, event: Event, depth: int) -> Node:
        node = self._anchored(event) if isinstance(event, AliasEvent) else self._written(event, depth)
        if node.size > MOST_PARTS:
            raise self._error(event, f"expected at most {MOST_PARTS:,} values, with every alias written out")
        if depth + node.height > MOST_DEPTH:
            raise self._error(event, f"expected at most {MOST_DEPTH} levels, one inside the other")
        return node

    def _written(self, event: Event, depth: int) -> Node:
        assert isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent)
        if event.tag not in PLAIN_TAGS:
            raise self._error(event, f"expected a plain value, got the tag {event.tag}")
        line = _line(event)
        if isinstance(event, ScalarEvent):
            empty = not event.style and event.tag is None and event.value in NULLS
            node = Node(line, None if empty else event.value)
        elif depth == MOST_DEPTH:
            raise self._error(event, f"expected at most {MOST_DEPTH} levels, one inside the other")
        elif isinstance(event, SequenceStartEvent):
            node = self._list(line, depth)
        else:
            node = self._mapping(line, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _list(self, line: int, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, depth + 1).at(_line(event)))
        return _above(line, items, items)

    def _mapping(self, line: int, depth: int) -> Node:
        values: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or not event.value.isprintable():
                raise self._error(event, "expected a key of plain characters before the colon")
            key, key_line = event.value, _line(event)
            if key in values:
                raise self._error(event, f"{key}: given twice, first in line {values[key].line}")
            values[key] = self._node(next(self.events), depth + 1).at(key_line)
        return _above(line, values, list(values.values()))

    def _anchored(self, event: AliasEvent) -> Node:
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            raise self._error(event, f"expected at most {MOST_ALIASES} aliases")
        if event.anchor not in self.anchors:
            raise self._error(event, f"*{event.anchor} stands for nothing that was given before with &{event.anchor}")
        return self.anchors[event.anchor]

    def _error(self, event: Event, message: str) -> ConfigError:
        return ConfigError(f"{self.path}:{_line(event)}: {message}")


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _above(line: int, value: list[Node] | dict[str, Node], below: list[Node]) -> Node:
    size = 1 + sum(node.size for node in below)
    return Node(line, value, size, 1 + max((node.height for node in below), default=0))
