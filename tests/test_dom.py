"""Bytes become a tree: in the right charset, or with a word why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import dom
from scraper.errors import EmptyPage, NotAPage, ScrapeError

URL = "https://club.example/news/opening"
GERMAN = "Grüße aus Köln für jede Möwe"
RUSSIAN = "Сегодня в порту снова видели белого кита, и никто не удивился этому"
JAPANESE = "今日は港に白い鯨が来ました。だれも驚きませんでした。"
KOREAN = "오늘 항구에 하얀 고래가 다시 왔지만 아무도 놀라지 않았다."
POLISH = "Zażółć gęślą jaźń: w porcie znów widziano białego wieloryba"
CHINESE = "今天港口又来了一条白色的鲸鱼，可是没有人感到惊讶。"


def page(text: str, charset: str, head: str = "", before: bytes = b"") -> bytes:
    return before + f"<!DOCTYPE html><title>A page</title>{head}<p>{text}</p>".encode(charset)


def read(content: bytes, content_type: str | None = None) -> str:
    return dom.parse(content, URL, content_type).body.text.strip()


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


LATE = "<!--" + "x" * 900 + "-->"


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        pytest.param(page(GERMAN, "utf-8"), None, GERMAN, id="UTF-8 that nobody declares"),
        pytest.param(page(GERMAN, "utf-8-sig"), "text/html; charset=latin-1", GERMAN, id="BOM before header"),
        pytest.param(page(GERMAN, "utf-16"), "text/html", GERMAN, id="UTF-16 by its BOM"),
        pytest.param(page(GERMAN, "utf-16-be", before=b"\xfe\xff"), None, GERMAN, id="UTF-16BE by its BOM"),
        pytest.param(page(GERMAN, "latin-1"), "text/html; charset=ISO-8859-1", GERMAN, id="header"),
        pytest.param(page("5 €", "cp1252"), "text/html; charset=ISO-8859-1", "5 €", id="latin-1 means windows-1252"),
        pytest.param(page(GERMAN, "latin-1"), 'text/html; Charset="iso-8859-1"', GERMAN, id="quoted"),
        pytest.param(page(GERMAN, "latin-1", meta("utf-8")), "text/html; charset=latin1", GERMAN, id="before meta"),
        pytest.param(page(GERMAN, "latin-1", meta("iso-8859-1")), "text/html", GERMAN, id="meta"),
        pytest.param(
            page(RUSSIAN, "cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
            "text/html",
            RUSSIAN,
            id="meta http-equiv",
        ),
        pytest.param(page(RUSSIAN, "koi8-r", LATE + meta("koi8-r")), None, RUSSIAN, id="late meta"),
        pytest.param(page(JAPANESE, "shift_jis", meta("Shift_JIS")), None, JAPANESE, id="Shift_JIS"),
        pytest.param(page(JAPANESE, "euc-jp", meta("x-euc-jp")), None, JAPANESE, id="EUC-JP"),
        pytest.param(page(CHINESE, "gb18030", meta("gb2312")), None, CHINESE, id="GB2312 means GB18030"),
        pytest.param(page(CHINESE + "𠮷", "gb18030", meta("gb18030")), None, CHINESE + "𠮷", id="GB18030"),
        pytest.param(page(RUSSIAN * 5, "cp1251"), None, RUSSIAN * 5, id="detected windows-1251"),
        pytest.param(page(JAPANESE * 5, "shift_jis"), None, JAPANESE * 5, id="detected Shift_JIS"),
        pytest.param(page(CHINESE * 5, "gbk"), None, CHINESE * 5, id="detected GBK"),
        pytest.param(page(KOREAN, "euc-kr"), "text/html; charset=euc-kr", KOREAN, id="EUC-KR"),
        pytest.param(page(KOREAN * 5, "euc-kr"), None, KOREAN * 5, id="detected EUC-KR"),
        pytest.param(page(POLISH, "iso8859-2"), "text/html; charset=iso-8859-2", POLISH, id="ISO-8859-2"),
        pytest.param(
            page(RUSSIAN, "utf-8"), "text/html; charset=windows-1251", RUSSIAN, id="UTF-8 under a wrong header"
        ),
        pytest.param(page(CHINESE, "utf-8", meta("gbk")), None, CHINESE, id="UTF-8 under a wrong meta"),
        pytest.param(page(GERMAN, "utf-16-le"), "text/html; charset=utf-8", GERMAN, id="UTF-16 without a mark"),
        pytest.param(page(GERMAN, "utf-16-be"), None, GERMAN, id="UTF-16BE without a mark"),
        pytest.param(page(GERMAN, "utf-8"), "text/html; charset=klingon", GERMAN, id="unknown name in the header"),
        pytest.param(page(GERMAN, "utf-8", meta("klingon")), None, GERMAN, id="unknown name in the page"),
        pytest.param(page(GERMAN, "utf-8"), "text/html; charset=", GERMAN, id="no name"),
        pytest.param(GERMAN.encode(), "text/plain; charset=utf-8", GERMAN, id="plain text"),
        pytest.param(GERMAN.encode("latin-1"), "text/plain; charset=latin-1", GERMAN, id="plain latin-1"),
        pytest.param(GERMAN.encode("utf-8-sig"), "text/plain", GERMAN, id="plain with a BOM"),
        pytest.param((RUSSIAN * 5).encode("cp1251"), "text/plain", RUSSIAN * 5, id="plain, detected"),
        pytest.param(b"a <b> c & d &amp; e.", "text/plain", "a <b> c & d &amp; e.", id="no markup in plain text"),
    ],
)
def test_charset(content: bytes, content_type: str | None, text: str) -> None:
    assert read(content, content_type) == text


def test_a_wrong_byte_is_one_wrong_letter() -> None:
    assert read(b"<title>A</title><p>a \xff b</p>", "text/html; charset=utf-8") == "a \ufffd b"


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "TEXT/HTML",
        "application/xhtml+xml",
        "application/xml",
        "text/xml",
        "text/plain",
        "application/octet-stream",
        "",
        None,
    ],
)
def test_types_that_may_be_a_page(kind: str | None) -> None:
    assert GERMAN in read(page(GERMAN, "utf-8"), kind)


@pytest.mark.parametrize(
    "kind", ["image/png", "application/pdf", "application/json", "video/mp4", "application/zip", "font/woff2"]
)
def test_types_that_are_no_page(kind: str) -> None:
    with pytest.raises(NotAPage, match=kind) as caught:
        dom.parse(page(GERMAN, "utf-8"), URL, kind)
    assert caught.value.about == URL
    assert caught.value.permanent


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n...",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a...",
        b"\xff\xd8\xff\xe0....JFIF",
        b"PK\x03\x04....",
        b"\x1f\x8b\x08....",
        b"\x7fELF....",
        b"RIFF....WEBP",
        b"OggS....",
    ],
)
def test_files_that_are_called_a_page(content: bytes) -> None:
    with pytest.raises(NotAPage):
        dom.parse(content, URL, "text/html")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n\t ",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf \n",
        b'<html><frameset cols="1,2"><frame src="a.html"><frame src="b.html"></frameset></html>',
    ],
)
def test_nothing_to_parse(content: bytes) -> None:
    with pytest.raises(EmptyPage) as caught:
        dom.parse(content, URL, "text/html")
    assert caught.value.about == URL


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", URL),
        ('<base href="/old/">', "https://club.example/old/"),
        ('<base href="https://other.example/x">', "https://other.example/x"),
        ('<base href="//cdn.example">', "https://cdn.example/"),
        ('<base target="_blank">', URL),
        ('<base target="_blank"><base href="/old/">', "https://club.example/old/"),
        ('<base href="/first/"><base href="/second/">', "https://club.example/first/"),
        ('<base href="javascript:alert(1)">', URL),
        ('<base href="data:text/html,x">', URL),
        ('<base href="https://[">', URL),
    ],
)
def test_base(head: str, base: str) -> None:
    assert dom.parse(page("Text", "utf-8", head), URL).base == base


@pytest.mark.parametrize(
    ("content", "blocks"),
    [
        ("First.\n\nSecond.", ["First.", "Second."]),
        ("<pre>First.\n\nSecond.</pre>", ["First.", "Second."]),
        ("<html><body>First.\n\nSecond.</body></html>", ["First.", "Second."]),
    ],
)
def test_html_by_name_only_is_plain_text(content: str, blocks: list[str]) -> None:
    body = dom.parse(content.encode(), URL, "text/html").body
    assert [p.text for p in body.select("p")] == blocks


def test_a_pre_on_a_page_stays_one() -> None:
    body = dom.parse(b"<p>As follows:</p><pre>a\n\nb</pre>", URL, "text/html").body
    assert [e.text for e in body.select("pre")] == ["a\n\nb"]


MARKUP = st.lists(st.sampled_from(["<", ">", "</", "<p", "<table>", "<svg>", "<!--", "=", '"', "&", "\0", "ü", "x "]))


@given(st.binary() | MARKUP.map(lambda parts: "".join(parts).encode()), st.sampled_from([None, "text/plain"]))
def test_any_bytes_are_a_tree_or_a_scrape_error(content: bytes, content_type: str | None) -> None:
    try:
        tree = dom.parse(content, URL, content_type)
    except ScrapeError:
        return
    assert tree.body.text is not None


def test_deep_nesting_is_read() -> None:
    assert read(b"<title>A</title>" + b"<div>" * 20_000 + b"deep") == "deep"
