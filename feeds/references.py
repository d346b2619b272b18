"""What ${NAME} and ${file:PATH} in config.yaml stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeds import mistakes, secrets
from feeds.mistakes import Problems
from feeds.yamlmarks import KeyPath, Node

REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
FILE = "file:"
LITERAL = "expected ${NAME} or ${file:PATH}: a secret does not stand in this file"
LITERAL_PASSWORD = re.compile(r"//[^/:@]*:[^\0]+@")  # in an address with \0 for each reference


@dataclass(frozen=True, slots=True)
class References:
    """Fills them in, and gathers what is wrong with them, and the secrets that were found.

    Whatever comes out of a file is one; what a variable holds is one where a secret is expected.
    """

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    problems: Problems = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list, repr=False)

    def filled(self, node: Node, path: KeyPath = ()) -> Any:
        """Plain data with every reference filled in; a key without a value is as good as none."""
        if isinstance(node.value, dict):
            items = node.value.items()
            return {key: self.filled(value, (*path, key)) for key, value in items if value.value is not None}
        if isinstance(node.value, list):
            return [self.filled(value, (*path, i)) for i, value in enumerate(node.value)]
        return node.value and self._text(node.value, path)

    def _text(self, written: str, path: KeyPath) -> str:
        marked = REFERENCE.sub(lambda match: "${" if match[1] is None else "\0", written)
        if secrets.expected_at(path) and "\0" not in marked:
            self.problems[path] = LITERAL
        if path[-1:] == ("proxy",) and LITERAL_PASSWORD.search(marked):
            self.problems[path] = LITERAL
        return REFERENCE.sub(lambda match: "${" if match[1] is None else self._value(match[1], path), written)

    def _value(self, name: str, path: KeyPath) -> str:
        try:
            value = self._kept(name.removeprefix(FILE)) if name.startswith(FILE) else self._variable(name)
        except ValueError as error:
            self.problems[path] = str(error)
            return ""
        if name.startswith(FILE) or secrets.expected_at(path):
            self.secrets.append(value.strip())
        return value

    def _variable(self, name: str) -> str:
        if name not in self.environ:
            raise ValueError(f"the environment variable {mistakes.quoted(name)} is not set")
        return self.environ[name]

    def _kept(self, place: str) -> str:
        if not place.strip().isprintable() or not place.strip():
            raise ValueError("expected the path of a file such as ${file:secrets/token}")
        return secrets.read(self.folder / place.strip())
