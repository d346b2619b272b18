"""The Atom checker accepts what RFC 4287 allows and names what it forbids."""

import re
from pathlib import Path

import pytest

from tests.schema import atom_errors

AUTHOR = "<author><name>Ann</name></author>"
LINK = '<link href="https://example.org/1"/>'
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">One <b class="x">two</b></div>'
DATE = "2024-05-01T12:00:00Z"


def feed(*parts: str, author: str = AUTHOR) -> str:
    """A feed on one line, so that every error is on line 1."""
    meta = f"<title>Example</title><id>urn:feed</id><updated>{DATE}</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:x">{author}{meta}{"".join(parts)}</feed>'


def entry(*parts: str, entry_id: str = "urn:1", updated: str = DATE, title: str = "<title>One</title>") -> str:
    return f"<entry>{title}<id>{entry_id}</id><updated>{updated}</updated>{''.join(parts)}</entry>"


def alone(entry: str) -> str:
    return entry.replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">', 1)


RICH = feed(
    '<subtitle type="html">&lt;b&gt;news&lt;/b&gt;</subtitle>',
    '<generator uri="https://g.example/" version="1">g</generator>',
    '<icon>/i.png</icon><logo>/l.png</logo><rights>All</rights><category term="t" scheme="urn:s" label="T"/>',
    "<contributor><name>Bo</name><uri>https://bo.example/</uri><email>bo@example.org</email></contributor>",
    '<x:plain>1</x:plain><x:tree a="1">text<x:leaf/>tail</x:tree>',
    '<link rel="self" type="application/atom+xml" href="https://example.org/feed" hreflang="en" length="9"/>',
    entry(
        "<summary>S</summary><published>2024-05-01T12:00:00.5+02:00</published>",
        f'<content type="xhtml">{DIV}</content>',
        "<source><id>urn:other</id><title>Other</title><x:plain/></source><x:plain/>",
        title=f'<title type="xhtml" xml:lang="en" xml:base="/a" x:mark="1"> {DIV} </title>',
    ),
    entry('<content type="image/svg+xml"><svg xmlns="urn:svg"><g a="1"/></svg></content>', entry_id="urn:2"),
    entry('<content type="audio/mpeg" src="https://example.org/2.mp3"/>', entry_id="urn:3"),
    entry('<content type="html">&lt;p&gt;hi</content>', entry_id="urn:4"),
)

GOOD = {
    "no entries": feed(),
    "no entries and no author": feed(author=""),
    "every kind of element": RICH,
    "an entry document": alone(entry(AUTHOR, LINK)),
    "an entry document, author in its source": alone(entry(LINK, f"<source>{AUTHOR}</source>")),
    "every entry has an author": feed(entry(AUTHOR, LINK), entry(AUTHOR, LINK, entry_id="urn:2"), author=""),
    "content instead of a link": feed(entry("<content>text</content>")),
    "alternate link by its IANA name": feed(
        entry('<link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>')
    ),
    "alternates of another type or language": feed(
        entry(
            '<link href="/1"/><link href="/2" type="text/html"/>',
            '<link href="/3" type="text/html" hreflang="de"/>',
            '<link rel="related" href="/4"/><link rel="related" href="/5"/>',
        )
    ),
    "one id, two moments": feed(entry(LINK), entry(LINK, updated="2024-05-02T12:00:00Z")),
    "comment in empty content": feed(entry('<content src="/1" type="text/html"><!-- elsewhere --></content>')),
}

# Only our rules break here: the grammar accepts each of these.
RULES = {
    "no author anywhere": (
        feed(entry(LINK), author=""),
        ["feed has no author, and an entry has none either", "entry has no author"],
    ),
    "one entry without an author": (
        feed(entry(AUTHOR, LINK), entry(LINK, f"<source>{AUTHOR}</source>", entry_id="urn:2"), author=""),
        ["feed has no author, and an entry has none either"],
    ),
    "entry document without an author": (alone(entry(LINK)), ["entry has no author"]),
    "neither content nor link": (feed(entry()), ["entry has neither content nor an alternate link"]),
    "only a link of another relation": (
        feed(entry('<link rel="self" href="/1"/>')),
        ["entry has neither content nor an alternate link"],
    ),
    "two alternates in an entry": (
        feed(entry('<link href="/1" type="text/html"/><link rel="alternate" href="/2" type="TEXT/HTML"/>')),
        ["second alternate link"],
    ),
    "two alternates in a feed": (feed(LINK, LINK), ["second alternate link"]),
    "one id, one moment": (
        feed(entry(LINK), entry(LINK, entry_id="urn:2"), entry(LINK, updated="2024-05-01T14:00:00+02:00")),
        ["id urn:1 is repeated with the same updated"],
    ),
}

# The grammar breaks too, with libxml2's words; ours say which rule it was.
RULES_OF_THE_GRAMMAR_TOO = {
    "two divs": (
        feed(entry(f'<content type="xhtml">{DIV}{DIV}</content>')),
        "xhtml content is not a single div",
    ),
    "no div": (feed(entry('<content type="xhtml">text</content>')), "xhtml content is not a single div"),
    "text beside the div": (
        feed(entry(LINK, f'<summary type="xhtml">{DIV}text</summary>')),
        "xhtml summary is not a single div",
    ),
    "div of another namespace": (
        feed(entry('<content type="xhtml"><x:div/></content>')),
        "xhtml content is not a single div",
    ),
    "xhtml in a source": (
        feed(entry(LINK, '<source><title type="xhtml">text</title></source>')),
        "xhtml title is not a single div",
    ),
    "text in content with src": (
        feed(entry('<content src="/1">text</content>')),
        "content with src is not empty",
    ),
    "element in content with src": (
        feed(entry('<content src="/1" type="text/xml"><x:a/></content>')),
        "content with src is not empty",
    ),
}

# Each is a good document with one thing changed.
GRAMMAR = {
    "no id": (RICH, "<id>urn:feed</id>", ""),
    "two titles": (RICH, "<title>Example</title>", "<title>Example</title><title>Again</title>"),
    "no updated in an entry": (feed(entry(LINK)), f"<updated>{DATE}</updated>{LINK}", LINK),
    "a date in words": (RICH, "2024-05-01T12:00:00.5+02:00", "Wed, 01 May 2024 12:00:00 GMT"),
    "a day out of the month": (RICH, "2024-05-01T12:00:00.5+02:00", "2024-05-32T12:00:00Z"),
    "an unknown element of Atom": (RICH, "<logo>/l.png</logo>", "<image>/l.png</image>"),
    "an unknown attribute": (RICH, 'length="9"', 'size="9"'),
    "a link without href": (RICH, 'href="https://example.org/feed"', ""),
    "a category without term": (RICH, 'term="t"', ""),
    "a person without a name": (RICH, "<name>Bo</name>", ""),
    "a bad address": (RICH, "bo@example.org", "bo at example.org"),
    "a bad media type": (RICH, "application/atom+xml", "atom"),
    "a bad language": (RICH, 'xml:lang="en"', 'xml:lang="en_GB"'),
    "a bad text type": (RICH, '<subtitle type="html">', '<subtitle type="text/html">'),
    "markup in html": (RICH, "&lt;p&gt;hi", "<x:p>hi</x:p>"),
    "a foreign element in the div": (
        feed(entry(f'<content type="xhtml">{DIV}</content>', title="<title>1</title>")),
        "One ",
        "<x:b/>",
    ),
    "an entry in a source": (RICH, "<id>urn:other</id>", entry(LINK, entry_id="urn:9")),
    "an Atom element in a link": (feed(entry(LINK)), LINK, '<link href="/1"><title>One</title></link>'),
    "another namespace": (RICH, "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
}


def rule_errors(errors: list[str]) -> list[str]:
    """Those that cite a section: the grammar's own don't."""
    return [error for error in errors if re.search(r"\(\d\.\d", error)]


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_good_documents_have_no_errors(document: str) -> None:
    assert atom_errors(document.encode()) == []


@pytest.mark.parametrize(("document", "expected"), RULES.values(), ids=RULES.keys())
def test_broken_rules_are_the_only_errors(document: str, expected: list[str]) -> None:
    errors = atom_errors(document.encode())
    assert len(errors) == len(expected), errors
    for error, start in zip(errors, expected, strict=True):
        assert error.startswith(f"line 1: {start}")


@pytest.mark.parametrize(
    ("document", "expected"), RULES_OF_THE_GRAMMAR_TOO.values(), ids=RULES_OF_THE_GRAMMAR_TOO.keys()
)
def test_rules_of_the_grammar_are_named_once(document: str, expected: str) -> None:
    errors = atom_errors(document.encode())
    (named,) = rule_errors(errors)
    assert named.startswith(f"line 1: {expected}")
    assert len(errors) > 1, "the grammar accepts it"


@pytest.mark.parametrize(("good", "old", "new"), GRAMMAR.values(), ids=GRAMMAR.keys())
def test_one_change_breaks_the_grammar(good: str, old: str, new: str) -> None:
    assert good.count(old) == 1, "one change"
    assert atom_errors(good.encode()) == []
    errors = atom_errors(good.replace(old, new).encode())
    assert errors
    assert rule_errors(errors) == []


def test_xml_that_is_not_well_formed_is_one_error_with_its_line() -> None:
    (error,) = atom_errors(b"<feed>\n<title>One</feed>")
    assert error.startswith("line 2: Opening and ending tag mismatch")


def test_errors_carry_their_line() -> None:
    (error,) = atom_errors(feed("\n\n", entry()).encode())
    assert error.startswith("line 3: entry has neither content")


@pytest.mark.parametrize("document", [b"", b"plain text", b"<rss version='2.0'/>"])
def test_what_is_not_atom_has_errors(document: bytes) -> None:
    assert atom_errors(document)


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    declared = f'<!DOCTYPE feed [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    repeated = entry(LINK, entry_id="&file;")
    errors = atom_errors((declared + feed(repeated, repeated)).encode())
    assert any("is repeated" in error for error in errors)
    assert not any("s3cret" in error for error in errors)
