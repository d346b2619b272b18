"""Settings → the lines of config.yaml that say them."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

from feeds.settings import Settings

# What may stand without quotes in every place, also between brackets, and is nothing but text to any YAML reader.
PLAIN = re.compile(r"(?!\.\d)(?:[^\W\d_]|[./])(?:[\w./@%+=()~^$-]| (?=[^\W_]|[(.]))*")
# An address stands without quotes where no bracket is around it.
ADDRESS = re.compile(r"[a-z]+://[\w./@%+=()~^$?&;!*:-]*[\w/=-]")
WORDS = frozenset("y yes n no true false on off null inf nan".split())
LONGEST_NOTE = 300
UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def lines(settings: Settings, indent: int, hints: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The feed as an item of a list whose dash stands at the column `indent`, without line ends.

    `hints` are further lines, which become comments below the feed's own keys.
    """
    pad = " " * indent
    notes = [f"{pad}# {line}" for line in _wrapped(settings.note, 116 - indent)]
    keys = list(_keys(settings))
    return (
        *notes,
        f"{pad}- {keys[0]}",
        *(f"{pad}  {key}" for key in keys[1:]),
        *(f"{pad}  # {hint}" for hint in hints),
    )


def inline(settings: Settings) -> str:
    """The feed as one piece between braces, for a file that is written so."""
    pairs = [f"{name}: {text}" for name, text in _top(settings, inside=True)]
    select = [f"{name}: {_value(value, inside=True)}" for name, value in _selectors(settings)]
    headers = [f"{_text(name, inside=True)}: {_text(value, inside=True)}" for name, value in settings.headers]
    pairs += [f"select: {{{', '.join(select)}}}"] if select else []
    pairs += [f"headers: {{{', '.join(headers)}}}"] if headers else []
    return f"{{{', '.join(pairs)}}}"


def scalar(text: str, *, inside: bool = False) -> str:
    """Text in YAML, quoted where it must be; `inside` brackets more must."""
    if text.lower() not in WORDS and (PLAIN.fullmatch(text) or (not inside and ADDRESS.fullmatch(text))):
        return text
    if text.isprintable() and "'" in text and not {'"', "\\"} & set(text):
        return f'"{text}"'
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _text(text: str, *, inside: bool = False) -> str:
    return scalar(text.replace("${", "$${"), inside=inside)  # as it is, not a variable


def length(span: timedelta) -> str:
    """As in `every: 2h`."""
    rest, written = int(span.total_seconds()), ""
    for unit, size in UNITS:
        if rest >= size:
            written += f"{rest // size}{unit}"
            rest %= size
    return written or "1s"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _keys(settings: Settings) -> Iterator[str]:
    yield from (f"{name}: {text}" for name, text in _top(settings, inside=False))
    select = list(_selectors(settings))
    if select:
        yield "select:"
        yield from (f"  {name}: {_value(value, inside=False)}" for name, value in select)
    if settings.headers:
        yield "headers:"
        yield from (f"  {_text(name)}: {_text(value)}" for name, value in settings.headers)


def _top(settings: Settings, *, inside: bool) -> Iterator[tuple[str, str]]:
    for name in ("name", "url", "title", "author", "language", "group"):
        if value := getattr(settings, name):
            yield name, _text(value, inside=inside)
    if settings.every:
        yield "every", length(settings.every)
    if settings.pages:
        yield "pages", str(settings.pages)
    if settings.robots:
        yield "robots", settings.robots
    if settings.allow_private:
        yield "allow_private", "true"
    if settings.allow_ports:
        yield "allow_ports", f"[{', '.join(map(str, settings.allow_ports))}]"


def _selectors(settings: Settings) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for key in fields(settings.select):
        if value := getattr(settings.select, key.name):
            yield key.name, value


def _value(value: str | tuple[str, ...], *, inside: bool) -> str:
    if isinstance(value, str):
        return _text(value, inside=inside)
    return f"[{', '.join(_text(each, inside=True) for each in value)}]"


def _wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines, every odd character made harmless: a comment ends where its line does."""
    words = "".join(c if c.isprintable() else " " for c in text)[:LONGEST_NOTE].split()
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    if line:
        yield line
