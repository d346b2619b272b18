"""CSS → XPath, where a selector means exactly the same; what has none is refused with the reason."""

import re
from collections.abc import Callable

from feeds.exchange.xpath import MOST_CHARS, MOST_DEPTH, Untranslatable

NAME = r"(?:[A-Za-z0-9_-]|[^\x00-\x7f]|\\[^0-9A-Fa-f\s])+"
STRING = r"\"[^\"\\]*\"|'[^'\\]*'"
PART = re.compile(
    rf"""(?P<tag>(?:[A-Za-z][\w-]*|\*))|\.(?P<class>{NAME})|\#(?P<id>{NAME})
    |\[\s*(?P<attribute>[A-Za-z_][\w-]*)\s*(?:(?P<operator>[*^~]?=)\s*(?P<value>{STRING}|{NAME})\s*)?\]
    |:(?P<pseudo>[a-z-]+)(?P<bracket>\()?""",
    re.VERBOSE,
)
COMBINATOR = re.compile(r"\s*([>~])\s*|(\s+)")
AXES = {">": "/", "~": "/following-sibling::"}
POSITION = {"first-of-type": "[1]", "last-of-type": "[last()]", "nth-of-type": "[{}]"}


def to_xpath(selector: str, *, inside: bool = False) -> str:
    """The XPath expression for a CSS selector. Raises Untranslatable. `inside`: it is asked of an item."""
    if len(selector) > MOST_CHARS:
        raise Untranslatable("it is too long")
    reader = _Reader(selector.strip(), inside=inside)
    paths = reader.listed(reader.path)
    if reader.at < len(reader.text):
        raise Untranslatable(f"it says {reader.text[reader.at :][:20]!r}")
    return " | ".join(paths)


class _Reader:
    """Reads a selector from left to right."""

    def __init__(self, text: str, *, inside: bool) -> None:
        self.text, self.at, self.inside, self.depth = text, 0, inside, 0

    def listed(self, one: Callable[[], str]) -> list[str]:
        """What stands between commas, each read by `one`."""
        found = [one()]
        while comma := re.compile(r"\s*,\s*").match(self.text, self.at):
            self.at = comma.end()
            found.append(one())
        return found

    def path(self) -> str:
        begins = "descendant::" if self.inside else "//"
        if self.inside and (scope := re.compile(r":scope\s*>\s*").match(self.text, self.at)):
            self.at = scope.end()
            begins = "./"
        return self._steps(begins)

    def _steps(self, begins: str) -> str:
        xpath = begins + self._compound(counted=begins != "descendant::")
        while (found := COMBINATOR.match(self.text, self.at)) and not self._ends(found.end()):
            self.at = found.end()
            axis = AXES[found[1]] if found[1] else "//"
            xpath += axis + self._compound(counted=found[1] != "~")
        return xpath

    def _ends(self, at: int) -> bool:
        return at >= len(self.text) or self.text[at] in ",)"

    def _compound(self, *, counted: bool) -> str:
        tag, position, tests = "*", "", ""
        begin = self.at
        while match := PART.match(self.text, self.at):
            if match["tag"] and self.at > begin:
                break
            self.at = match.end()
            if match["tag"]:
                tag = match["tag"].lower()
            elif match["pseudo"] in POSITION:
                if tag == "*" or not counted or position:
                    raise Untranslatable(f"it says :{match['pseudo']}")
                position = POSITION[match["pseudo"]].format(self._count(match))
            else:
                tests += f"[{self._test(match)}]"
        if self.at == begin:
            raise Untranslatable(f"it says {self.text[self.at :][:20] or 'nothing more'!r}")
        return tag + position + tests

    def _count(self, match: re.Match[str]) -> str:
        if not match["bracket"]:
            return ""
        found = re.compile(r"\s*([1-9]\d{0,3})\s*\)").match(self.text, self.at)
        if found is None:
            raise Untranslatable(f"it says :{match['pseudo']}({self.text[self.at :][:10]}")
        self.at = found.end()
        return found[1]

    def _test(self, match: re.Match[str]) -> str:
        if match["class"]:
            word = _quoted(f" {_unescaped(match['class'])} ")
            return f"contains(concat(' ', normalize-space(@class), ' '), {word})"
        if match["id"]:
            return f"@id={_quoted(_unescaped(match['id']))}"
        if match["attribute"]:
            return _attribute(match)
        name = match["pseudo"]
        if name not in ("not", "is", "has") or not match["bracket"]:
            raise Untranslatable(f"it says :{name}")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Untranslatable("it is nested too deeply")
        found = self.listed(self._inner if name == "has" else self._self)
        if not (end := re.compile(r"\s*\)").match(self.text, self.at)):
            raise Untranslatable(f"it says {self.text[self.at :][:20]!r}")
        self.at = end.end()
        self.depth -= 1
        either = " or ".join(found)
        return f"not({either})" if name == "not" else f"({either})" if len(found) > 1 else either

    def _inner(self) -> str:
        """What `:has()` holds, seen from the element."""
        child = re.compile(r"\s*>\s*").match(self.text, self.at)
        self.at = child.end() if child else self.at
        return self._steps("./" if child else ".//")

    def _self(self) -> str:
        """What `:not()` and `:is()` hold: one element, as a test of itself."""
        compound = self._compound(counted=False)
        tag, _, tests = compound.partition("[")
        found = [f"self::{tag}"] if tag != "*" else []
        if tests:
            found.append(tests.removesuffix("]").replace("][", " and "))
        return " and ".join(found)


def _attribute(match: re.Match[str]) -> str:
    name, operator = match["attribute"], match["operator"]
    if operator is None:
        return f"@{name}"
    value = match["value"]
    value = value[1:-1] if value[0] in "\"'" else _unescaped(value)
    if operator == "=":
        return f"@{name}={_quoted(value)}"
    if not value:
        raise Untranslatable(f"it says [{name}{operator}''], which is nothing")
    if operator == "~=":
        return f"contains(concat(' ', normalize-space(@{name}), ' '), {_quoted(f' {value} ')})"
    return f"{'contains' if operator == '*=' else 'starts-with'}(@{name}, {_quoted(value)})"


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _quoted(text: str) -> str:
    if "'" in text and '"' in text:
        raise Untranslatable("it has both kinds of quotation marks in it")
    return f'"{text}"' if "'" in text else f"'{text}'"
