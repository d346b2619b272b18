"""TOML as tables, and texts as TOML."""

import tomllib
from pathlib import Path

from feeds import yamlmarks
from feeds.errors import ExchangeError
from feeds.exchange.tables import Table

# Beyond this a table or list inside another is no configuration, but an attempt on the parser.
MOST_BRACKETS = 50


def read(content: bytes, file: Path) -> Table:
    """The file's top table. Raises ExchangeError and ConfigError, naming file and line."""
    text = yamlmarks.decoded(content, file).replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if max(line.count("["), line.count("{"), line.count(".")) > MOST_BRACKETS:
            raise ExchangeError(f"{file}:{number}: expected at most {MOST_BRACKETS} brackets or dots on a line")
    try:
        return Table.of(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ExchangeError(f"{file}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ExchangeError(f"{file}: expected a table or a list inside another a few times only") from error


def string(text: str) -> str:
    """A text as a basic string (TOML 1.0)."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    plain = character >= " " and not "\x7f" <= character <= "\x9f"
    return character if plain else f"\\u{ord(character):04x}"
