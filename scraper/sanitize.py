"""Markup → safe markup: the one door to the sanitiser, and the last step before a piece leaves the scraper."""

import re

import nh3

# What XML has no place for, or no reader. Somebody drops it sooner or later: what it hides has to be seen before.
_CHARACTERS = "\t\n\r\x20-\x7e\x85\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
LEGAL, ILLEGAL = re.compile(f"[{_CHARACTERS}]*"), re.compile(f"[^{_CHARACTERS}]")
ASCII_LEGAL = bytes(code for code in range(128) if LEGAL.fullmatch(chr(code)))

# What the readers keep (the intersection of five readers' allow-lists, and what nearly all of them add to it).
TAGS = frozenset(
    """a b blockquote br caption code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li
    ol p pre q s small strong sub sup table tbody td tfoot th thead tr u ul""".split()
)
# Not `cite`: no reader shows it, and the sanitiser does not look at the scheme of the address in it.
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "title", "width", "height"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "*": {"dir", "lang"},
}
SCHEMES = frozenset(("http", "https", "mailto"))
# Parts whose text is not for reading either.
WITH_CONTENT = frozenset(
    """script style template noscript iframe object embed svg math form select button textarea title head""".split()
)


def _cleaner(base: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        strip_comments=True,
        url_relative=None if base is None else ("rewrite_with_base", base),
    )


_CLEANER = _cleaner(None)


def legal(text: str) -> str:
    """A text without the characters that XML has no place for. That it has none is seen in less time."""
    if text.isascii() and not text.encode().translate(None, ASCII_LEGAL):
        return text
    return text if LEGAL.fullmatch(text) else ILLEGAL.sub("", text)


def clean(html: str, base: str | None = None) -> str:
    """Markup with nothing in it that acts, and nothing that a reader would strip.

    Addresses stay as they are; with a `base`, an absolute address, they are made absolute.
    """
    cleaner = _CLEANER if base is None else _cleaner(base)
    cleaned = cleaner.clean(legal(html))
    # Written as references: `java&#1;script:` is no scheme until it is. A single sign is looked for in less time.
    if "#" in html and "&#" in html and ILLEGAL.search(cleaned):
        return cleaner.clean(legal(cleaned))
    return cleaned
