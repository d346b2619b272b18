"""Whether a document is Atom by RFC 4287: its grammar, and the rules the grammar can't say."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_XHTML_DIV = "{http://www.w3.org/1999/xhtml}div"
_TEXT_ELEMENTS = tuple(_ATOM + name for name in ("title", "subtitle", "summary", "rights", "content"))
# A link relation may be written as a name or as its IANA address; none means alternate (section 4.2.7.2).
_ALTERNATE = (None, "alternate", "http://www.iana.org/assignments/relation/alternate")

_GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parents[2] / "feeds" / "assets" / "rfc4287.rng"))


def atom_errors(document: bytes) -> list[str]:
    """Every reason why the document is not valid Atom, each "line N: …"; none when it is.

    XML that is not well-formed ends the check. Otherwise the errors of the grammar come first, then the
    assertions and the prose rules of https://www.rfc-editor.org/rfc/rfc4287, each with its section.
    """
    parser = etree.XMLParser(recover=False, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        return [f"line {error.lineno}: {error.msg}"]
    return [*_grammar_errors(root), *_rule_errors(root)]


def _grammar_errors(root: etree._Element) -> list[str]:
    if _GRAMMAR.validate(root):
        return []
    return [f"line {error.line}: {error.message}" for error in _GRAMMAR.error_log] or ["line 1: not Atom"]


def _rule_errors(root: etree._Element) -> Iterator[str]:
    if root.tag == _ATOM + "feed":
        yield from _feed_errors(root)
    elif root.tag == _ATOM + "entry":
        yield from _entry_errors(root, feed_has_author=False)


def _feed_errors(feed: etree._Element) -> Iterator[str]:
    entries = feed.findall(_ATOM + "entry")
    has_author = _has(feed, "author")
    if not has_author and not all(_has(entry, "author") for entry in entries):
        yield _error(feed, "feed has no author, and an entry has none either (4.1.1)")
    yield from _metadata_errors(feed)
    yield from _repeated_id_errors(entries)
    for entry in entries:
        yield from _entry_errors(entry, feed_has_author=has_author)


def _entry_errors(entry: etree._Element, *, feed_has_author: bool) -> Iterator[str]:
    source = entry.find(_ATOM + "source")
    source_has_author = source is not None and _has(source, "author")
    if not (feed_has_author or source_has_author or _has(entry, "author")):
        yield _error(entry, "entry has no author, and neither has its source or feed (4.1.2)")
    if not (_has(entry, "content") or _alternate_links(entry)):
        yield _error(entry, "entry has neither content nor an alternate link (4.1.2)")
    yield from _metadata_errors(entry)
    if source is not None:
        yield from _text_errors(source)
    for content in entry.iterfind(_ATOM + "content[@src]"):
        if _elements(content) or _own_text(content):
            yield _error(content, "content with src is not empty (4.1.3.2)")


def _metadata_errors(parent: etree._Element) -> Iterator[str]:
    yield from _alternate_errors(parent)
    yield from _text_errors(parent)


def _alternate_errors(parent: etree._Element) -> Iterator[str]:
    seen = set()
    for link in _alternate_links(parent):
        kind = link.get("type", "").lower(), link.get("hreflang", "").lower()
        if kind in seen:
            yield _error(link, "second alternate link of the same type and hreflang (4.1.1, 4.1.2)")
        seen.add(kind)


def _text_errors(parent: etree._Element) -> Iterator[str]:
    for text in parent.iterchildren(*_TEXT_ELEMENTS):
        if text.get("type") == "xhtml" and not _is_single_div(text):
            name = etree.QName(text).localname
            yield _error(text, f"xhtml {name} is not a single div (3.1.1.3, 4.1.3.3)")


def _repeated_id_errors(entries: list[etree._Element]) -> Iterator[str]:
    versions: Counter[tuple[str, datetime | str]] = Counter()
    for entry in entries:
        entry_id = entry.findtext(_ATOM + "id")
        if entry_id is None:
            continue
        version = entry_id.strip(), _instant(entry.findtext(_ATOM + "updated", ""))
        versions[version] += 1
        if versions[version] > 1:
            yield _error(entry, f"id {version[0]} is repeated with the same updated (4.1.1)")


def _instant(date: str) -> datetime | str:
    """The moment, so that one moment written with two offsets is the same; a bad date stands for itself."""
    try:
        return datetime.fromisoformat(date.strip())
    except ValueError:
        return date.strip()


def _alternate_links(parent: etree._Element) -> list[etree._Element]:
    return [link for link in parent.iterfind(_ATOM + "link") if link.get("rel") in _ALTERNATE]


def _is_single_div(text: etree._Element) -> bool:
    return [child.tag for child in _elements(text)] == [_XHTML_DIV] and not _own_text(text)


def _elements(parent: etree._Element) -> list[etree._Element]:
    return list(parent.iterchildren("*"))


def _has(parent: etree._Element, name: str) -> bool:
    return parent.find(_ATOM + name) is not None


def _own_text(element: etree._Element) -> str:
    """The text directly inside the element, that of its children left out."""
    return "".join(part or "" for part in (element.text, *(child.tail for child in element))).strip()


def _error(element: etree._Element, message: str) -> str:
    return f"line {element.sourceline}: {message}"
