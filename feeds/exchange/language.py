"""Of a selector: whether it is CSS or XPath, and the same in the other one."""

import re
from dataclasses import dataclass

from feeds.exchange.css import to_xpath
from feeds.exchange.xpath import Untranslatable, to_css

# How XPath begins where a rule may be either; anything else is told by the prefix.
XPATH = re.compile(r"/|\.\.?/|\(|@|[a-z-]+::")
PREFIX = "xpath:"
CONSTANT = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)')\s*")
ATTRIBUTE = re.compile(r"(?P<path>.*[^/])?/@(?P<name>[A-Za-z_][\w-]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """Where a value stands: a CSS selector, empty for the item itself, and the attribute if it is not the text."""

    css: str
    attribute: str | None = None


def is_xpath(rule: str) -> bool:
    return rule.startswith(PREFIX) or XPATH.match(rule) is not None


def rule(expression: str) -> str:
    """An XPath expression as a rule of ours; empty for none."""
    return expression if not expression or is_xpath(expression) else PREFIX + expression


def xpath(rule: str, *, inside: bool = False) -> str:
    """The rule in XPath. Raises Untranslatable."""
    return rule.removeprefix(PREFIX) if is_xpath(rule) else to_xpath(rule, inside=inside)


def css(rule: str, *, inside: bool = False, first: bool = True) -> str:
    """The rule in CSS. Raises Untranslatable."""
    return to_css(rule.removeprefix(PREFIX), inside=inside, first=first) if is_xpath(rule) else rule


def read(rule: str) -> Read:
    """A rule inside an item, its attribute apart. Raises Untranslatable."""
    if not is_xpath(rule):
        return Read(rule)
    match = ATTRIBUTE.fullmatch(rule.removeprefix(PREFIX))
    if match is None:
        return Read(css(rule, inside=True))
    path = match["path"] or ""
    return Read("" if path == "." else to_css(path, inside=True, first=True), match["name"])


def of_attribute(selector: str | None, name: str) -> str:
    """The rule for an attribute of what a CSS selector finds inside an item. Raises Untranslatable."""
    return f"{to_xpath(selector, inside=True)}/@{name}" if selector else f"./@{name}"


def constant(expression: str) -> str:
    """What an XPath expression is, if it is nothing but a text; empty otherwise."""
    match = CONSTANT.fullmatch(expression)
    return (match[1] or match[2] or "").strip() if match else ""


def quoted(text: str) -> str:
    """A text as an XPath expression."""
    mark = '"' if "'" in text else "'"
    return f"{mark}{text.replace(mark, ' ')}{mark}"


__all__ = ["Read", "Untranslatable", "constant", "css", "is_xpath", "of_attribute", "quoted", "read", "rule", "xpath"]
