"""Where in a YAML file its list of feeds ends, and how what is put there must be written."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from feeds.errors import ConfigError

INDENT = 2
BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # YAML 1.1, section 4.2: all that ends a line for the parser


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text. What stands from `start` to `end` is replaced; `line` is that of the list, from 1.

    Feeds are lines with their dash at the column `indent`, or, with `inline`, pieces between braces; `before`,
    `between` and `after` go around them.
    """

    line: int
    start: int
    end: int
    indent: int = INDENT
    newline: str = "\n"
    before: str = ""
    between: str = ""
    after: str = ""
    inline: bool = False


def find(text: str, path: Path) -> Place:
    """Where a feed is to be added to the text. Raises ConfigError where there is no such place."""
    marks = _Marks().read(text)
    found = BREAK.search(text)
    newline = found[0] if found and found[0] in ("\r\n", "\r") else "\n"
    braces = isinstance(marks.root, CollectionStartEvent) and bool(marks.root.flow_style)
    if marks.key is None or marks.value is None:
        if braces:
            raise ConfigError(f"{path}:1: feeds: a list can't be begun in a file that is one piece between braces")
        return _new_list(text, marks, newline)
    line, column = _line(marks.key), _column(marks.key)
    if isinstance(marks.value, AliasEvent):
        raise ConfigError(f"{path}:{line}: feeds: what is added would be added at &{marks.value.anchor} as well")
    if marks.item is None:
        if braces or marks.value.anchor:
            raise ConfigError(f"{path}:{line}: feeds: a list can't be begun in a file that is written so")
        return _first_item(text, marks, Place(line, 0, 0, column + INDENT, newline))
    if not isinstance(marks.value, SequenceStartEvent) or marks.last is None:
        raise ConfigError(f"{path}:{line}: feeds: expected a list")
    if marks.value.flow_style:
        return _between_brackets(text, marks, Place(line, 0, 0, 0, newline, inline=True))
    dash = text.rfind("-", 0, _start(marks.item))
    indent = dash - _line_start(text, dash)
    end = _end(marks.last)
    return _below(text, Place(line, end, end, indent, newline, before=newline), deeper_than=indent)


@dataclass(slots=True)
class _Marks:
    """What the parser says of the list of feeds: its key, its value, its first item, and what ends its content."""

    root: NodeEvent | None = None
    first_key: NodeEvent | None = None
    key: NodeEvent | None = None
    value: NodeEvent | None = None
    item: NodeEvent | None = None
    last: Event | None = None
    closing: Event | None = None
    document_end: int | None = None

    def read(self, text: str) -> "_Marks":
        depth, at_key, ours = 0, True, False
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth -= isinstance(event, CollectionEndEvent)
            if isinstance(event, DocumentEndEvent) and event.explicit:
                self.document_end = _start(event)
            elif isinstance(event, NodeEvent):
                if depth == 1 and at_key:
                    ours = isinstance(event, ScalarEvent) and event.value == "feeds"
                self._note(event, depth, at_key=at_key, ours=ours)
            elif isinstance(event, CollectionEndEvent) and depth == 1 and ours:
                self.closing = event
            if ours and depth > 1 and _ends_content(event):
                self.last = event
            if depth == 1 and isinstance(event, ScalarEvent | AliasEvent | CollectionEndEvent):
                at_key = not at_key
            depth += isinstance(event, CollectionStartEvent)
        return self

    def _note(self, event: NodeEvent, depth: int, *, at_key: bool, ours: bool) -> None:
        if depth == 0:
            self.root = event
        elif depth == 1 and at_key:
            self.first_key = self.first_key or event
            self.key = event if ours else self.key
        elif depth == 1 and ours:
            self.value = event
        elif depth == 2 and ours:
            self.item = self.item or event


def _ends_content(event: Event) -> bool:
    # The end of a block is marked where the next one begins, behind comments: what stands last in it tells more.
    bracket = isinstance(event, CollectionEndEvent) and _start(event) < _end(event)
    return bracket or isinstance(event, ScalarEvent | AliasEvent)


def _new_list(text: str, marks: _Marks, newline: str) -> Place:
    """The end of a file that has no list of feeds yet."""
    column = _column(marks.first_key) if marks.first_key else 0
    end = len(text) if marks.document_end is None else marks.document_end
    begun = end == 0 or BREAK.fullmatch(text[end - 1])
    gap = ("" if begun else newline) + (newline if text[:end].strip() else "")
    before = f"{gap}{' ' * column}feeds:{newline}"
    return Place(text.count("\n") + 1, end, end, column + INDENT, newline, before, after=newline)


def _first_item(text: str, marks: _Marks, place: Place) -> Place:
    """Below a `feeds:` that holds nothing; what says so, as in `feeds: []`, is taken away."""
    assert marks.value is not None
    start, end = _start(marks.value), _end(marks.closing or marks.value)
    if BREAK.search(text, start, end):  # a comment may stand between the brackets: it is left alone
        return replace(place, start=end - 1, end=end - 1, inline=True, between=", ")
    below = _below(text, replace(place, start=end, end=end), deeper_than=place.indent - INDENT)
    if start == end:
        return below
    kept = text[end : below.start]
    if not text[end : _line_end(text, end)].strip():
        start = len(text[:start].rstrip(" \t"))
    return replace(below, start=start, before=kept + below.before)


def _between_brackets(text: str, marks: _Marks, place: Place) -> Place:
    """After the last of a list that is written as [{…}, {…}]: on a line of its own where that one has one."""
    assert marks.item is not None and marks.value is not None and marks.last is not None
    first, end = _start(marks.item), _end(marks.last)
    begins = _line_start(text, first)
    alone = begins > _start(marks.value) and not text[begins:first].strip()
    between = f",{place.newline}{text[begins:first]}" if alone else ", "
    return replace(place, start=end, end=end, before=between, between=between)


def _below(text: str, place: Place, *, deeper_than: int) -> Place:
    """The place under the line on which `place` starts, and under the comments that belong to what stands there."""
    at = place.start
    if at and not BREAK.fullmatch(text[at - 1]):
        at = _next_line(text, at)
    end = at
    while at < len(text):
        line = text[at : _line_end(text, at)]
        margin = len(line) - len(line.lstrip(" \t"))
        ours = line.lstrip(" \t").startswith("#") and (margin > deeper_than or margin == deeper_than > 0)
        if line.strip() and not ours:
            break
        at = _next_line(text, at)
        end = at if ours else end
    unfinished = end > 0 and not BREAK.fullmatch(text[end - 1])
    before = (place.newline if unfinished else "") + place.before
    # No line end is added to a file that has none.
    return replace(place, start=end, end=end, before=before, after="" if unfinished else place.newline)


def _start(event: Event) -> int:
    assert event.start_mark is not None  # the parser marks all that it reads
    return event.start_mark.index


def _end(event: Event) -> int:
    assert event.end_mark is not None
    return event.end_mark.index


def _line(event: Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1


def _column(event: Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.column


def _line_start(text: str, at: int) -> int:
    return max((found.end() for found in BREAK.finditer(text, 0, at)), default=0)


def _line_end(text: str, at: int) -> int:
    found = BREAK.search(text, at)
    return found.start() if found else len(text)


def _next_line(text: str, at: int) -> int:
    found = BREAK.search(text, at)
    return found.end() if found else len(text)
