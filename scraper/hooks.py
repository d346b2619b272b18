"""A site's own Python functions, which receive Beautiful Soup.

A recipe is a Python file with any of these functions; what one returns is not judged again, None leaves the matter
to Feedwright:

    links(soup, url)    -> list of addresses, or of (address, title) pairs, on a listing
    title(soup, url)    -> str
    authors(soup, url)  -> list of str
    date(soup, url)     -> str or datetime
    content(soup, url)  -> str of HTML, or a Beautiful Soup tag
"""

import importlib.util
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from bs4 import BeautifulSoup, Tag

from scraper.dom import Tree
from scraper.errors import RecipeError
from scraper.model import Page

# What each hook returns, in words for whoever wrote one that does not.
RETURNS = {
    "links": "a list of addresses, or of (address, title) pairs",
    "title": "a str",
    "authors": "a list of str",
    "date": "a str or a datetime",
    "content": "a str of HTML, or a tag",
}
HOOKS = tuple(RETURNS)


class Hooks:
    """The functions of a recipe's file, loaded once. Raises RecipeError where it can't be read or is no Python."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._module = _load(path)

    def has(self, hook: str) -> bool:
        return hasattr(self._module, hook)

    def call(self, hook: str, page: Page, tree: Tree) -> Any:
        """What a function says of a page; None where there is none of that name. Raises RecipeError."""
        function: Callable[[BeautifulSoup, str], Any] | None = getattr(self._module, hook, None)
        if function is None:
            return None
        soup = BeautifulSoup(page.content, "lxml", from_encoding=tree.encoding)
        try:
            return _checked(hook, function(soup, page.url))
        except Exception as error:
            raise RecipeError(
                f"{self._path}: {hook}() failed on {page.url}: {type(error).__name__}: {error}",
                about=page.url,
            ) from error


def _checked(hook: str, value: Any) -> Any:
    """What a hook returned, if it is what such a hook is for. Raises TypeError."""
    if hook == "links" and value is not None:
        pairs = [(link, None) if isinstance(link, str) else tuple(link) for link in value]
        if all(len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str | None) for pair in pairs):
            return pairs
    elif hook == "authors" and value is not None:
        names = (value,) if isinstance(value, str) else tuple(value)
        if all(isinstance(name, str) for name in names):
            return names
    elif isinstance(value, {"title": str, "date": str | date, "content": str | Tag}.get(hook, object) | None):
        return value
    raise TypeError(f"it returned {value!r}, which is not {RETURNS[hook]}")


def _load(path: str) -> ModuleType:
    try:
        spec = importlib.util.spec_from_file_location(f"recipe_{Path(path).stem}", path)
        if spec is None or spec.loader is None:
            raise RecipeError(f"{path} is not a Python file.", about=path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except RecipeError:
        raise
    except Exception as error:
        raise RecipeError(f"{path} can't be loaded: {type(error).__name__}: {error}", about=path) from error
    if not any(hasattr(module, hook) for hook in HOOKS):
        raise RecipeError(f"{path} has none of the functions {', '.join(HOOKS)}.", about=path)
    return module
