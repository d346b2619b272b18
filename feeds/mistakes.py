"""What is wrong in config.yaml, in words: which line, which key, and what stands there."""

import difflib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from feeds.errors import ConfigError
from feeds.yamlmarks import KeyPath, Node

Problems = dict[KeyPath, str]

MISSING = "required, and it is missing"
NO_FEEDS = "expected at least one feed"
ADD_A_FEED = "Write a line `- name: …` and a line `url: …` below `feeds:`."
LONGEST_FOUND = 60  # characters of a wrong value in a message
PASSWORD = re.compile(r"(//)\S*@|^[^/\s]*:(?!//)\S*@")


def first(problems: Problems, root: Node, path: Path) -> ConfigError:
    """The problem that stands first in the file, with the number of the others."""
    lines = {where: root.find(where)[1].line for where in problems}
    # A key that is missing is often one that was misspelt: the misspelling is the one to tell.
    earliest = min(problems, key=lambda where: (problems[where] in (MISSING, NO_FEEDS), lines[where]))
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in earliest).lstrip(".")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    advice = ADD_A_FEED if problems[earliest] == NO_FEEDS else ""
    return ConfigError(f"{path}:{lines[earliest]}: {key}: {problems[earliest]}{more}", advice=advice)


def unknown_key(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f'unknown key; did you mean "{close[0]}"?' if close else f"unknown key; expected one of {', '.join(known)}"


def unknown_feed(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"no feed is called {name}" + (f"; did you mean {close[0]}?" if close else "")


def found(node: Node) -> str:
    """What stands there, as it was typed: never what a variable stands for."""
    if isinstance(node.value, str):
        return quoted(PASSWORD.sub(r"\1…@", node.value))
    return {dict: "keys with values", list: "a list", type(None): "nothing"}[type(node.value)]


def quoted(text: str) -> str:
    short = text if len(text) <= LONGEST_FOUND else text[:LONGEST_FOUND] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())
