"""A table of a TOML or YAML file, that knows which of its keys were asked for: the others can be named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from feeds.errors import ExchangeError


@dataclass(slots=True)
class Table:
    """Keys with their values: text, lists, and tables. `where` is its path in the file, for messages."""

    file: Path
    where: str
    values: Mapping[str, object]
    asked: set[str] = field(default_factory=set)
    below: list["Table"] = field(default_factory=list)

    @classmethod
    def of(cls, file: Path, where: str, values: object) -> "Table":
        """Raises ExchangeError where the value is no table."""
        if not isinstance(values, Mapping):
            raise ExchangeError(f"{file}: {where or 'the file'}: expected keys with their values")
        return cls(file, where, {str(key): value for key, value in values.items()})

    def text(self, key: str) -> str | None:
        """A single value as text; None for none. Raises ExchangeError."""
        value = self.value(key)
        if value is None or isinstance(value, str):
            return value.strip() or None if value else None
        if isinstance(value, Mapping | list):
            raise ExchangeError(f"{self.file}: {self.path(key)}: expected a single value")
        return str(value)

    def table(self, key: str) -> "Table | None":
        """The table at a key; None for none. Raises ExchangeError."""
        value = self.value(key)
        if value is None:
            return None
        found = Table.of(self.file, self.path(key), value)
        self.below.append(found)
        return found

    def value(self, key: str) -> object:
        self.asked.add(key)
        return self.values.get(key)

    def path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def left(self) -> Iterator[str]:
        """The paths of all that nobody asked for, here and below."""
        yield from (self.path(key) for key in self.values if key not in self.asked and self.values[key] is not None)
        for table in self.below:
            yield from table.left()
