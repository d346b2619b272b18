"""Pages that stand where another page should be.

A wall is told by two things together: a sign that it is one, and that there is little else to read. Either alone is
also found on honest pages: articles are written about walls, and some posts have three words. Whoever is in doubt says
no: a wall that is taken for an article is one odd entry, an article that is taken for a wall is lost.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from scraper import structured
from scraper.dom import Element, Node, Tree
from scraper.errors import Walled
from scraper.signs import (
    ANY_CHALLENGE_MARK,
    CAPTCHA,
    CHALLENGE_CODE,
    CHALLENGE_MARKS,
    CHALLENGE_SCRIPTS,
    CHALLENGE_TEXT,
    CHALLENGE_TITLE,
    CHOICES,
    COMMENTS_WANTED,
    CONSENT_ADDRESS,
    CONSENT_BOX,
    CONSENT_CHOICE,
    CONSENT_CORE,
    CONSENT_PRODUCTS,
    CONSENT_WORD,
    CONTENT,
    ERROR_CLASS,
    ERROR_TITLE,
    HIDDEN,
    LOCKED,
    LOG_IN_BESIDE,
    LOG_IN_PATH,
    LOG_IN_TITLE,
    PARKED_SCRIPTS,
    PARKED_TEXT,
    PARKED_TITLE,
    PARKED_WORD,
    PAYWALL,
    PAYWALL_TEXT,
    REFUSED,
    ROOTS,
    SCRIPTS_WANTED,
    WAITING_TITLE,
)

Kind = Literal["challenge", "consent", "log-in", "paywall", "script-only", "error", "parked"]

# Paragraphs with so much text are an article, or a listing with excerpts; nothing dearer is asked then. The longest
# consent texts, which name every purpose, come to about as much.
PLENTY = 3000
# Walls lead nowhere. A page with more links is a page of a site, and can only be a log-in, a paywall or an error in it.
MANY_LINKS = 40
# All that is to be seen on a challenge, with its explanations and its incident's number, stays below this.
CHALLENGE_CHARS = 1500
# A page without a name that says no more than this is named by it: "Access denied."
SENTENCE_CHARS = 80
# Captchas also guard comments and letters to the editor: here a page must be about nothing else.
CAPTCHA_CHARS = 600
# Running text beside the form: help with a lost password, and what an account is good for.
LOG_IN_CHARS = 600
# A teaser is a paragraph or three. From here on a free preview is worth having, and is an article to its readers.
TEASER_CHARS = 1000
# The offers, with prices and terms. A larger part that is called a paywall is what it would hide.
OFFER_CHARS = 800
# A part that the page calls locked and that yet holds so much text is there to read.
UNLOCKED_CHARS = 300
# "We looked everywhere", what to try instead, and whom to write to.
ERROR_CHARS = 700
# Adverts for the name, with prices and terms.
PARKED_CHARS = 1500
# A page that waits for its script shows a name and "Loading…".
SHELL_CHARS = 200
# A consent text may name a partner or a contract with no word of consent; an article under a banner has more besides.
CONSENT_SHARE = 0.7
CONSENT_CHARS = 4000
# Shorter pieces of text are names of buttons and links, which say nothing of what a text is about.
SENTENCE_LEAST = 25
# Walls have short names; a longer one only costs time.
NAME_CHARS = 120
# What is told to people is cut to this.
SIGN_CHARS = 60

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


# What stands where a page should be, and what may open it.
WALLS = {
    "challenge": "a test for robots instead of the page",
    "consent": "a question about cookies instead of the page",
    "log-in": "a log-in form instead of the page",
    "paywall": "a teaser for subscribers instead of the article",
    "script-only": "nothing without JavaScript, which is not run",
    "error": "an error instead of the page, sent as if it were one",
    "parked": "a parked domain",
}
OPENERS = {
    "consent": "A cookie that answers it can be given with `cookies:` for this feed.",
    "log-in": "Give `login:`, `auth:` or `cookies:` for this feed if you have an account.",
    "paywall": "Give `login:` or `cookies:` for this feed if you have a subscription.",
}


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that is not the one that was asked for. `sign` is what gave it away, in a few words for people."""

    kind: Kind
    sign: str


def refuse(tree: Tree) -> None:
    """Raise Walled where the page is a wall."""
    wall = recognise(tree)
    if wall is not None:
        message = f"{tree.url} shows {WALLS[wall.kind]} ({wall.sign})."
        raise Walled(message, about=tree.url, wall=wall.kind, advice=OPENERS.get(wall.kind, ""))


def recognise(tree: Tree) -> Wall | None:
    """What stands in the way, or None for an honest page. `tree.url` is the address that answered in the end.

    The tree is left as it is.
    """
    chars = 0
    for paragraph in tree.document.select("p"):
        chars += len(paragraph.text)
        if chars >= PLENTY:
            return None
    page = _Page(tree)
    alone = len(tree.document.select("a")) <= MANY_LINKS
    return (
        (_challenge(page) or _consent(page) if alone else None)
        or _error(page)
        or _log_in(page)
        or _paywall(page)
        or (_parked(page) or _script_only(page) if alone else None)
    )


class _Page:
    """What is asked of a page more than once, looked up the first time."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.document = tree.document
        self.body = tree.body

    @cached_property
    def title(self) -> str:
        title = self.document.select_one("head > title, body > title")
        return _flat(title.text)[: 2 * NAME_CHARS] if title is not None else ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the page calls itself: the title, its parts and the first heading, or else the only words it has."""
        heading = self.document.select_one("h1") or self.document.select_one("h2")
        parts = [self.title, *SEPARATOR.split(self.title), _flat(heading.text) if heading is not None else ""]
        if not any(parts) and len(self.text) <= SENTENCE_CHARS:
            parts.append(self.text)
        return tuple(part.strip(EDGES) for part in parts if part and len(part) <= NAME_CHARS)

    @cached_property
    def text(self) -> str:
        """All that is to be seen, menus and buttons too."""
        return _flat(self.body.to_text())

    @cached_property
    def prose(self) -> int:
        """Characters of text that is neither a link nor around the matter."""
        outermost = self.body.select(f":is({AROUND}):not(:is({AROUND}) *)")
        return len(_flat(self.body.text)) - sum(len(_flat(element.text)) for element in outermost)

    @cached_property
    def has_matter(self) -> bool:
        return self.document.select_one(MATTER) is not None or len(self.document.select("img")) > 1

    @cached_property
    def is_article(self) -> bool:
        return self.document.select_one(ARTICLE) is not None

    def named(self, pattern: re.Pattern[str]) -> str | None:
        """The name that is, as a whole, what the pattern says."""
        return next((name for name in self.names if pattern.fullmatch(name)), None)


def _challenge(page: _Page) -> Wall | None:
    maker = _challenger(page)
    if maker and len(page.text) <= CHALLENGE_CHARS:
        return Wall("challenge", f"a challenge by {maker}")
    if page.is_article:
        return None
    asked = page.named(CHALLENGE_TITLE)
    if asked and len(page.text) <= CHALLENGE_CHARS:
        return Wall("challenge", _quoted("title", asked))
    waits = page.named(WAITING_TITLE)
    if waits and (
        (len(page.text) <= CHALLENGE_CHARS and CHALLENGE_TEXT.search(page.text))
        or (len(page.text) - len(waits) <= SENTENCE_LEAST and page.document.select_one("img, video, a") is None)
    ):
        return Wall("challenge", _quoted("title", waits))
    if page.document.select_one(CAPTCHA) is not None and len(page.text) <= CAPTCHA_CHARS:
        asked_in_text = CHALLENGE_TEXT.search(page.text)
        return Wall("challenge", _quoted("a captcha, and", asked_in_text.group())) if asked_in_text else None
    if len(page.document.select("p, div")) <= MANY_LINKS and len(page.text) <= CHALLENGE_CHARS:
        refused = REFUSED.search(page.text)
        if refused and not re.search(r"\b5\d\d\b", page.title):
            return Wall("challenge", _quoted("text", refused.group()))
    return None


def _challenger(page: _Page) -> str | None:
    """Whose challenge this is, by what only its maker puts on a page."""
    for script in page.document.select("script, iframe"):
        address = script.attr("src")
        if isinstance(address, str):
            maker = next((name for name, a, b in CHALLENGE_SCRIPTS if a in address and b in address), None)
        else:
            code = script.text
            maker = next((name for name, word in CHALLENGE_CODE if word in code), None)
        if maker:
            return maker
    if page.document.select_one(ANY_CHALLENGE_MARK) is None:
        return None
    return next(name for name, marks in CHALLENGE_MARKS if page.document.select_one(marks) is not None)


def _consent(page: _Page) -> Wall | None:
    address = urlsplit(page.tree.url)
    sent = CONSENT_ADDRESS.search(f"{address.hostname or ''}{address.path}")
    if not sent:
        names = (page.title, *(_flat(heading.text)[:NAME_CHARS] for heading in page.document.select("h1")))
        if not any(map(CONSENT_WORD.search, names)):
            return None
    if page.is_article or page.document.select_one(CONTENT) is not None or len(page.text) > CONSENT_CHARS:
        return None
    if not _asks_for_consent(page):
        return None
    if sent:
        return Wall("consent", _quoted("address", sent.group().strip("/")))
    product = next((name for name, mark in CONSENT_PRODUCTS if page.document.select_one(mark) is not None), None)
    return Wall("consent", f"nothing but {product}'s question" if product else "nothing but a question about consent")


def _asks_for_consent(page: _Page) -> bool:
    """Is the text about consent, is there a choice, and is there nothing beside the box with the choice?"""
    choice = next((c for c in page.document.select(CHOICES) if CONSENT_CHOICE.search(_label(c))), None)
    about, other = _shares(page.body.to_text(), CONSENT_WORD)
    if choice is None or about < CONSENT_SHARE * (about + other) or len(CONSENT_CORE.findall(page.text)) < 2:
        return False
    box = choice.closest(CONSENT_BOX)
    while box is not None and box.parent is not None and (around := _closest(box.parent, CONSENT_BOX)) is not None:
        box = around
    return box is None or len(page.text) - len(_flat(box.to_text())) <= SHELL_CHARS


def _closest(node: Node, selector: str) -> Element | None:
    return node.closest(selector) if isinstance(node, Element) else None


def _label(choice: Element) -> str:
    """What a button, or a link that looks like one, says; a whole sentence is no button's."""
    said = _flat(f"{choice.text} {choice.attr('value') or ''}")
    return said if len(said) <= SIGN_CHARS else ""


def _log_in(page: _Page) -> Wall | None:
    fields = page.document.select("input[type=password i]")
    address = LOG_IN_PATH.search(urlsplit(page.tree.url).path)
    if not fields:
        if not address or page.document.select_one("input[type=email i]") is None:
            return None
    elif all(field.closest(LOG_IN_BESIDE) is not None for field in fields):
        return None
    if page.is_article and page.document.select_one("form.post-password-form") is None:
        return None
    name = page.named(LOG_IN_TITLE)
    if page.prose > LOG_IN_CHARS or not (name or (address and fields) or _only_asks(page)):
        return None
    if name:
        return Wall("log-in", _quoted("title", name))
    return Wall("log-in", _quoted("address", address.group().strip("/")) if address else "a password is asked for")


def _only_asks(page: _Page) -> bool:
    """Is there nothing on the page but a form for a password?"""
    bare = len(page.text) <= SHELL_CHARS and not page.has_matter and page.document.select_one("h1 + p") is None
    return bare or page.document.select_one("form.post-password-form") is not None


def _paywall(page: _Page) -> Wall | None:
    if any(LOCKED.search(s.text) for s in page.document.select("script[type='application/ld+json' i]")):
        if _locked(page) and page.prose <= TEASER_CHARS:
            return Wall("paywall", "the page says that it is not free to read")
        return None
    for box in page.body.select(PAYWALL)[:MANY_LINKS]:
        offer = _flat(box.text)
        asked = PAYWALL_TEXT.search(offer) if len(offer) <= OFFER_CHARS else None
        if asked and box.closest(HIDDEN) is None:
            return Wall("paywall", _quoted("text", asked.group())) if page.prose <= TEASER_CHARS else None
    return None


def _locked(page: _Page) -> bool:
    """Does the page say of itself, and not of those it lists, that it is locked, and does it keep to that?"""
    pieces = [i for i in structured.items(page.tree) if i.types & structured.ARTICLE_TYPES]
    if len(pieces) != 1 or not any(t.casefold().endswith("false") for t in pieces[0].texts("isAccessibleForFree")):
        return False
    if len(pieces[0].text("articleBody") or "") > TEASER_CHARS:
        return False
    for part in pieces[0].items("hasPart"):
        selector = part.text("cssSelector") or ""
        if re.fullmatch(r"[.#][\w-]+", selector):
            held = [_flat(element.text) for element in page.body.select(selector)]
            if sum(map(len, held)) > UNLOCKED_CHARS and not any(map(PAYWALL_TEXT.search, held)):
                return False
    return True


def _error(page: _Page) -> Wall | None:
    name = page.named(ERROR_TITLE)
    if name is None and page.document.select_one(ERROR_CLASS) is None:
        return None
    if page.is_article or page.prose > ERROR_CHARS:
        return None
    return Wall("error", _quoted("title", name) if name else "marked as an error page")


def _parked(page: _Page) -> Wall | None:
    title = page.named(PARKED_TITLE)
    for_sale = next(filter(None, map(PARKED_TEXT.search, (page.title, *page.names))), None)
    scripted = any(
        PARKED_SCRIPTS.search(str(s.attr("src") or s.attr("href") or ""))
        for s in page.document.select("script, iframe, link, img")
    )
    if not (title or for_sale or scripted):
        if len(page.document.select("p, div")) > MANY_LINKS or len(page.text) > ERROR_CHARS:
            return None
        for_sale = PARKED_TEXT.search(page.text) if PARKED_WORD.search(page.text) else None
    if not (title or for_sale or scripted) or page.is_article or len(page.text) > PARKED_CHARS:
        return None
    if title or for_sale:
        return Wall("parked", _quoted("text", title or (for_sale.group() if for_sale else "")))
    return Wall("parked", "a script that shows adverts for unused names")


def _script_only(page: _Page) -> Wall | None:
    if page.is_article or page.document.select_one("script") is None or len(page.text) > ERROR_CHARS:
        return None
    asked = next(filter(None, (_wanted(n.text) for n in page.document.select("noscript"))), None)
    shown = _wanted(page.text)
    if not (shown or (len(page.text) <= SHELL_CHARS and (asked or page.document.select_one(ROOTS) is not None))):
        return None
    if page.has_matter or (not shown and page.document.select_one("h1") is not None):
        return None
    if shown or asked:
        return Wall("script-only", _quoted("text", shown or asked or ""))
    return Wall("script-only", "an empty place for a script to fill")


def _wanted(text: str) -> str | None:
    """The words that ask for JavaScript, unless it is for comments only."""
    if "script" not in text.casefold():
        return None
    said = SCRIPTS_WANTED.search(_flat(text))
    return said.group() if said and not COMMENTS_WANTED.search(text) else None


def _shares(text: str, pattern: re.Pattern[str]) -> tuple[int, int]:
    """Characters of the sentences that the pattern is found in, and of the others."""
    about = other = 0
    for sentence in re.split(r"[\n.!?。！？]+", text):
        chars = len(sentence.strip())
        if chars < SENTENCE_LEAST and not re.search(r"[\u3040-\u9fff\uac00-\ud7a3]", sentence):
            continue
        if pattern.search(sentence):
            about += chars
        else:
            other += chars
    return about, other


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(place: str, words: str) -> str:
    text = _flat(words)
    return f"{place} “{text if len(text) <= SIGN_CHARS else text[: SIGN_CHARS - 1] + '…'}”"
