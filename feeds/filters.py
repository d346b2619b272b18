"""Which articles a feed takes, by what its user wants of title, text, author, tag and language. The door to RE2.

Patterns are the user's, and the text is the web's: RE2 needs time in proportion to both, whatever they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from feeds.text import legal
from scraper.model import Article

# No pattern that anybody writes is longer, in characters.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Patterns of RE2 by what they are looked for in; letters are the same in both cases. `language` holds tags."""

    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    language: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title or self.text or self.author or self.tag or self.language)


def takes(article: Article, include: Filter, exclude: Filter) -> bool:
    """Whether each part that `include` names has something that it asks for, and no part has what `exclude` names."""
    return all(found for named, found in _looked(article, include) if named) and not any(
        found for named, found in _looked(article, exclude) if named
    )


def pattern(text: str) -> str:
    """The pattern itself, if it is one. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"expected a pattern of at most {LONGEST} characters")
    try:
        _compiled(text)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"expected a pattern of RE2, without look-around and back-references ({why})") from error
    return text


def _looked(article: Article, wanted: Filter) -> Sequence[tuple[bool, bool]]:
    """Of each part, whether anything is asked of it, and whether it has any of that."""
    return (
        (bool(wanted.title), _any(wanted.title, [article.title or ""])),
        (bool(wanted.text), _any(wanted.text, [article.text])),
        (bool(wanted.author), _any(wanted.author, article.authors)),
        (bool(wanted.tag), _any(wanted.tag, article.tags)),
        (bool(wanted.language), any(_speaks(article.language, tag) for tag in wanted.language)),
    )


def _any(patterns: Iterable[str], texts: Iterable[str]) -> bool:
    legal_texts = [legal(text) for text in texts]
    return any(_compiled(each).search(text) is not None for each in patterns for text in legal_texts)


def _speaks(language: str | None, tag: str) -> bool:
    """`en` is every English, `en-GB` that of Britain only. RFC 4647, section 3.3.1."""
    said, asked = (language or "").lower(), tag.lower()
    return said == asked or said.startswith(f"{asked}-")


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(text, options)
