"""What a page shows at first sight, for telling whether it is a wall."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from scraper.dom import Tree
from scraper.whitespace import flat

Kind = Literal["challenge", "consent", "log-in", "paywall", "script-only", "error", "parked"]

# Walls lead nowhere. A page with more links is a page of a site, and can only be a log-in, a paywall or an error in it.
MANY_LINKS = 40
# A page without a name that says no more than this is named by it: "Access denied."
SENTENCE_CHARS = 80
# "We looked everywhere", what to try instead, and whom to write to.
ERROR_CHARS = 700
# A page that waits for its script shows a name and "Loading…".
SHELL_CHARS = 200
# Shorter pieces of text are names of buttons and links, which say nothing of what a text is about.
SENTENCE_LEAST = 25
# Walls have short names; a longer one only costs time.
NAME_CHARS = 120
# What is told to people is cut to this.
SIGN_CHARS = 60

# What nobody sees.
HIDDEN = "[hidden], [style*='display:none' i], [style*='display: none' i]"
# Text that nobody sees, or that does not count as text.
UNSEEN = f"script, style, template, noscript, svg, {HIDDEN}"
# …and what is around the running text, or for acting on.
AROUND = (
    f"{UNSEEN}, a, nav, header, footer, aside, dialog, button, label, select, textarea, [role=navigation], "
    "[role=banner], [role=contentinfo], [role=dialog]"
)
# Where a page says that it is an article. As most selectors here, these name the tag: those cost a tenth.
ARTICLE = (
    "meta[property='og:type'][content='article' i], meta[property='article:published_time'], article time, "
    "time[pubdate], div[itemprop~=articleBody], section[itemprop~=articleBody], article[itemprop~=articleBody], "
    "meta[itemprop~=datePublished], time[itemprop~=datePublished], article.h-entry, div.h-entry, main.h-entry"
)
# What a page of nothing but a form, or of nothing before its script has run, does not have.
MATTER = "article, figure, picture, video, audio, main p"
SEPARATOR = re.compile(r"\s+[|–—·•:»«/-]+\s+|\s*[|»«]\s*|:\s+")
EDGES = " \t\n.…!¡?¿:;,。！？、\"'“”„«»()[]"


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that is not the one that was asked for. `sign` is what gave it away, in a few words for people."""

    kind: Kind
    sign: str


class Sight:
    """What is asked of a page more than once, looked up the first time."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.document = tree.document
        self.body = tree.body

    @cached_property
    def title(self) -> str:
        title = self.document.select_one("head > title, body > title")
        return flat(title.text)[: 2 * NAME_CHARS] if title is not None else ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the page calls itself: the title, its parts and the first heading, or else the only words it has."""
        heading = self.document.select_one("h1") or self.document.select_one("h2")
        parts = [self.title, *SEPARATOR.split(self.title), flat(heading.text) if heading is not None else ""]
        if not any(parts) and len(self.text) <= SENTENCE_CHARS:
            parts.append(self.text)
        return tuple(part.strip(EDGES) for part in parts if part and len(part) <= NAME_CHARS)

    @cached_property
    def text(self) -> str:
        """All that is to be seen, menus and buttons too."""
        return flat(self.body.to_text())

    @cached_property
    def prose(self) -> int:
        """Characters of text that is neither a link nor around the matter."""
        outermost = self.body.select(f":is({AROUND}):not(:is({AROUND}) *)")
        return len(flat(self.body.text)) - sum(len(flat(element.text)) for element in outermost)

    @cached_property
    def has_matter(self) -> bool:
        return self.document.select_one(MATTER) is not None or len(self.document.select("img")) > 1

    @cached_property
    def is_article(self) -> bool:
        return self.document.select_one(ARTICLE) is not None

    def named(self, pattern: re.Pattern[str]) -> str | None:
        """The name that is, as a whole, what the pattern says."""
        return next((name for name in self.names if pattern.fullmatch(name)), None)


def quoted(place: str, words: str) -> str:
    text = flat(words)
    return f"{place} “{text if len(text) <= SIGN_CHARS else text[: SIGN_CHARS - 1] + '…'}”"


def phrases(text: str) -> str:
    """A pattern of one alternative a line; white space in it stands for any."""
    return "|".join(r"\s+".join(line.split()) for line in text.strip().splitlines())
