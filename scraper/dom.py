"""Page → Tree: the one door to the parser."""

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from turbohtml import (
    Comment,
    Document,
    Element,
    HTMLParseError,
    Node,
    PlainText,
    SelectorSyntaxError,
    Text,
    TreeWalker,
    parse_fragment,
    parse_xml,
)
from turbohtml import parse as parse_html
from turbohtml.detect import detect_language  # and with it the whatwg-* codecs

from scraper import plaintext, urls
from scraper.errors import EmptyPage, NotAPage

__all__ = [
    "Comment",
    "Document",
    "Element",
    "Node",
    "PlainText",
    "SelectorSyntaxError",
    "Text",
    "Tree",
    "TreeWalker",
    "fragment",
    "parse",
    "xml",
]

CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
TEXT_TYPES = re.compile(r"^(text/|application/(xhtml\+xml|xml|octet-stream)|application/\w+\+xml|$)")
# The largest page that is read: a processor is busy with it for 10 s or two, and it takes a gigabyte at most
# (bench/extraction.py --curve). Real ones have a hundredth of it.
MOST_BYTES, MOST_TAGS = 20_000_000, 1_000_000
SMALLER = "Is there a page for each article, or one that lists fewer of them?"
# Files that are no text, by how they begin, whatever the server calls them.
BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"RIFF",
    b"OggS",
)
# How much of a document shows, by its empty bytes, that it is UTF-16: its markup is ASCII.
SNIFFED = 64
# A language is told from so many characters at least, fewer of a script that is its own; and so many are read.
TELLING_CHARS, READ_CHARS, SURE = 150, 1000, 0.9
# ISO 639-3, as languages are told, to the shorter tags of BCP 47, of those that are told well.
LANGUAGES = dict(
    pair.split(":")
    for pair in """ara:ar ben:bn bul:bg cat:ca ces:cs cmn:zh dan:da deu:de ell:el eng:en est:et fin:fi fra:fr heb:he
    hin:hi hrv:hr hun:hu ind:id ita:it jpn:ja kor:ko lav:lv lit:lt nld:nl nob:no pes:fa pol:pl por:pt
    ron:ro rus:ru slk:sk slv:sl spa:es srp:sr swe:sv tam:ta tha:th tur:tr ukr:uk urd:ur vie:vi""".split()
)
XML_CHARSET = re.compile(rb"""^<\?xml[^>]{0,60}encoding=["']([\w.:-]+)""")
# A feed shows itself within so many bytes, by its root.
FEED_BYTES, FEED_ROOT = 1024, re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
# So many frames of a page are named.
FRAMES_TOLD = 3
# What a document has when it was written as HTML and not just sent as such.
MARKUP = "p, div, article, section, main, table, ul, ol, h1, h2, h3, td, frameset, center"


@dataclass(frozen=True)  # without slots: what many rooms ask for is looked for once
class Tree:
    """A parsed page. `base` is what its relative addresses are relative to; `encoding`, in which its bytes were."""

    document: Document
    url: str
    base: str
    encoding: str = "UTF-8"

    @cached_property
    def called(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What elements are called on the page as it came: its class attributes, and its ids, each once."""
        classes, ids = (
            tuple(dict.fromkeys([e.attr(name) or "" for e in self.document.select(f"[{name}]")]))
            for name in ("class", "id")
        )
        return classes, ids

    @cached_property
    def called_in_lower_case(self) -> tuple[str, str]:
        """The same as two texts: a cheap look for a word in a name before a dear selector."""
        classes, ids = self.called
        return " ".join(classes).lower(), " ".join(ids).lower()

    @cached_property
    def body(self) -> Element:
        """The body; EmptyPage is raised by `parse` where there is none."""
        body = self.document.find("body")
        assert body is not None
        return body


def parse(content: bytes, url: str, content_type: str | None = None) -> Tree:
    """Parse HTML, XHTML or plain text. Raises NotAPage and EmptyPage.

    The charset is the byte-order mark's, else the header's, else the one declared in the document, else the one that
    the bytes look like (WHATWG, Encoding and HTML section 13.2.3); but text that is well-formed UTF-8 is UTF-8.
    """
    kind, _, parameters = (content_type or "").partition(";")
    kind = kind.strip().lower()
    if content.startswith(BINARY):
        raise NotAPage(f"{url} is not a web page but a picture, a document or a program.", about=url)
    if not TEXT_TYPES.match(kind):
        raise NotAPage(f"{url} is not a web page but {kind}.", about=url)
    if len(content) > MOST_BYTES or (len(content) > MOST_TAGS and content.count(b"<") > MOST_TAGS):
        most = f"more than {MOST_BYTES:,} bytes or {MOST_TAGS:,} tags"
        raise NotAPage(f"{url} is too large for a page: it has {most}.", about=url, advice=SMALLER)
    bare = content.removeprefix(codecs.BOM_UTF8)
    if not bare or bare.isspace():
        raise EmptyPage(f"{url} is empty.", about=url)
    charset = CHARSET.search(parameters)
    document = _decoded(content, charset.group(1) if charset else None)
    encoding = document.encoding or "UTF-8"
    text = _plain(content, encoding) if kind == "text/plain" else _untagged(document)
    if text is not None:
        document = parse_html(plaintext.to_html(text), positions=False)
    if document.find("body") is None:
        raise _bodiless(document, url)
    return Tree(document, url, urls.absolute(document.base_url(url), url) or url, encoding)


def _bodiless(document: Document, url: str) -> EmptyPage:
    """Why a page without a body has nothing to read, and where it is to be read if frames show it."""
    shown = [urls.absolute(frame.attr("src") or "", url) for frame in document.select("frame[src]")[:FRAMES_TOLD]]
    named = " or ".join(place for place in shown if place is not None)
    if not named:
        return EmptyPage(f"{url} has no body, only frames or nothing at all.", about=url)
    advice = f"Give the address of the frame with the list: {named}."
    return EmptyPage(f"{url} is made of frames, and has nothing to read itself.", about=url, advice=advice)


def is_feed(content: bytes) -> bool:
    """Whether this is RSS, Atom or RDF, which begins with its root, or with a prologue and then its root."""
    start = content[:FEED_BYTES].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith((b"<?xml", b"<!--", b"<rss", b"<feed", b"<rdf:RDF")) and FEED_ROOT.search(start) is not None


def language(text: str) -> str | None:
    """The language that a text is written in, as a BCP 47 tag; None where it is too short or too mixed to tell."""
    if len(text) < (TELLING_CHARS if text.isascii() else TELLING_CHARS // 3):
        return None
    match = detect_language(text[:READ_CHARS])
    return LANGUAGES.get(match.language or "") if match.confidence >= SURE else None


def xml(content: bytes, url: str) -> Element:
    """The root of an XML document, which has no entities of its own. Raises NotAPage where it is not well-formed."""
    text = codecs.decode(content, f"whatwg-{_xml_charset(content)}", "replace").lstrip("\ufeff \t\r\n")
    try:
        root = parse_xml(text).root
    except (HTMLParseError, ValueError) as error:
        raise NotAPage(f"{url} is not well-formed XML: {error}.", about=url) from error
    if root is None:
        raise NotAPage(f"{url} is not well-formed XML.", about=url)
    return root


def _xml_charset(content: bytes) -> str:
    """XML 1.0, section 4.3.3: what the declaration says, else UTF-8, or UTF-16 by its look."""
    said = XML_CHARSET.search(content[: SNIFFED * 2])
    charset = _seen(content) or (said[1].decode("ascii").lower() if said and _utf8(content) is None else "utf-8")
    try:
        codecs.lookup(f"whatwg-{charset}")
    except LookupError:
        return "utf-8"
    return charset


def fragment(html: str) -> Element:
    """A piece of markup, inside a `div`."""
    return parse_fragment(html, "div", positions=False)


def _decoded(content: bytes, charset: str | None) -> Document:
    seen = _seen(content)
    if seen is None and (text := _utf8(content)) is not None:
        return parse_html(text.removeprefix("\ufeff"), positions=False)
    charset = seen or charset
    try:
        return parse_html(content, encoding=charset, detect_encoding=True, positions=False)
    except LookupError:  # a charset that does not exist
        return parse_html(content, detect_encoding=True, positions=False)


def _seen(content: bytes) -> str | None:
    """The form of UTF-16 that the bytes can't but be, whatever is said: nothing else has every other byte empty."""
    start = content[:SNIFFED]
    for charset, empty, full in (("utf-16le", start[1::2], start[::2]), ("utf-16be", start[::2], start[1::2])):
        if len(start) >= 8 and empty.count(0) > len(empty) * 0.7 and full.count(0) < len(full) * 0.1:
            return charset
    return None


def _utf8(content: bytes) -> str | None:
    """The text of bytes that are UTF-8, whatever is said of them: nothing else comes out well-formed by chance.

    What is ASCII may be another charset all the same, that writes all its characters in ASCII (ISO-2022-JP).
    """
    if content.isascii():
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _plain(content: bytes, encoding: str) -> str:
    return codecs.decode(content, f"whatwg-{encoding}").lstrip("\ufeff")


def _untagged(document: Document) -> str | None:
    """The text of a document that is HTML by name only: no tags, or a single `pre`."""
    body = document.find("body")
    if body is None or document.find("title") is not None or body.select_one(MARKUP) is not None:
        return None
    return body.to_text() if body.select_one("br") is not None else body.text
