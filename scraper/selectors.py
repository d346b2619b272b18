"""CSS and XPath as one: what a rule finds, and what comes closest to a rule that finds nothing."""

import re

from scraper.dom import Element, SelectorSyntaxError
from scraper.errors import RecipeError

# How an XPath begins, and no CSS selector does.
XPATH = re.compile(
    r"xpath:|/|\./|\.\./|\.$|\(|@|(ancestor|attribute|child|descendant|following|parent|preceding|self|string|normalize-space"
    r"|substring\w*|concat|translate)[\w-]*(::|\()"
)
PREFIX = "xpath:"
# Parts of a CSS selector, the last and most particular ones first to be given up.
PARTS = re.compile(r"[.#][\w-]+|\[[^\]]*\]|:[\w-]+(\([^)]*\))?|[\w-]+|\s*[>+~]\s*|\s+|\*|,")
# Words of an XPath that name what is looked for.
NAMES = re.compile(r"[\"']([^\"']{2,60})[\"']|//?(?:[\w-]+::)?([a-z][\w-]*)")
NEAREST = 3
SHOWN_CHARS = 60
# So many elements are looked at, and of each so many of its classes.
MOST_LOOKED_AT, MOST_NAMES = 5000, 20
# The names of elements that a CSS selector can name as they are.
PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]*")


def is_xpath(selector: str) -> bool:
    return XPATH.match(selector.strip()) is not None


def select(where: Element, selector: str, name: str) -> list[Element]:
    """The elements that a rule finds. Raises RecipeError for a rule that can't be read; `name` is its key."""
    return [found for found in _found(where, selector, name) if isinstance(found, Element)]


def values(where: Element, selector: str, name: str, attribute: str | None = None) -> list[str]:
    """What a rule finds as text, on one line each: an element's `attribute` where it has it, else its text.

    Raises RecipeError as `select` does.
    """
    found = []
    for one in _found(where, selector, name):
        # Lines stay apart: what stands on two in a heading is two words.
        said = (attribute and one.attr(attribute)) or one.to_text() if isinstance(one, Element) else str(one)
        found.append(" ".join(str(said).split()))
    return found


def nearest(where: Element, selector: str) -> str | None:
    """A selector that is like this one and finds something, with what it finds, for a message.

    For CSS, parts are given up from the end; then, and for XPath, the class or id on the page that is spelt most alike.
    """
    if not is_xpath(selector):
        shorter = _shorter(where, selector)
        if shorter is not None:
            return shorter
    wanted = {(a or b).lower() for a, b in NAMES.findall(selector)} if is_xpath(selector) else _words(selector)
    best: tuple[int, str, Element] | None = None
    for element in where.select("[class], [id]")[:MOST_LOOKED_AT]:
        for mark, own in _marks(element) if PLAIN_TAG.fullmatch(element.tag) else ():
            alike = max((_alike(own, word) for word in wanted), default=0)
            if alike >= NEAREST and (best is None or alike > best[0]):
                best = (alike, mark, element)
    if best is None:
        return None
    count = len(where.select(f"{best[2].tag}{best[1]}"))
    return f"{f'{best[2].tag}{best[1]}'!r} ({count} × {_shown(best[2])})"


def _found(where: Element, selector: str, name: str) -> list[object]:
    text = selector.strip()
    try:
        if not is_xpath(text):
            return list(where.select(text))
        found = where.xpath(text.removeprefix(PREFIX).strip())
    except SelectorSyntaxError as error:
        message = f"select.{name}: {selector!r} is not a CSS selector: {error}"
        raise RecipeError(message, about=selector, key=("select", name)) from error
    except ValueError as error:
        message = f"select.{name}: {selector!r} is not an XPath: {error}"
        raise RecipeError(message, about=selector, key=("select", name)) from error
    return list(found) if isinstance(found, list) else [found] if isinstance(found, str) and found else []


def _shorter(where: Element, selector: str) -> str | None:
    parts = [match.group() for match in PARTS.finditer(selector)]
    for end in range(len(parts) - 1, 0, -1):
        shorter = "".join(parts[:end]).rstrip(" >+~,")
        if len(shorter) < 2 or shorter in ("html", "body"):
            break
        try:
            found = where.select(shorter)
        except SelectorSyntaxError:
            continue
        if found:
            return f"{shorter!r} ({len(found)} × {_shown(found[0])})"
    return None


def _words(selector: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[.#]([\w-]+)", selector)}


def _marks(element: Element) -> list[tuple[str, str]]:
    said = element.attr("class") or ""
    names = said.split() if isinstance(said, str) else list(said)
    own = [(f".{name}", name.lower()) for name in names[:MOST_NAMES] if re.fullmatch(r"[\w-]+", name)]
    identity = element.attr("id") or ""
    return [*own, *([(f"#{identity}", identity.lower())] if re.fullmatch(r"[A-Za-z_][\w-]*", identity) else [])]


def _alike(one: str, other: str) -> int:
    """How many characters two names have in common at their beginnings, or in their parts."""
    parts = set(re.split(r"[-_]+", one)) & set(re.split(r"[-_]+", other))
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return max([start, *map(len, parts)])


def _shown(element: Element) -> str:
    text = " ".join(element.to_text().split())
    return f"“{text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + '…'}”"
