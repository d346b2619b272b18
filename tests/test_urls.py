"""Addresses: what is absolute, what is the same, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import urls
from scraper.errors import BadAddress

BASE = "https://club.example/news/2024/index.html"


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("opening", "https://club.example/news/2024/opening"),
        ("./opening", "https://club.example/news/2024/opening"),
        ("../opening", "https://club.example/news/opening"),
        ("../../../../opening", "https://club.example/opening"),
        ("/opening", "https://club.example/opening"),
        ("?page=2", "https://club.example/news/2024/index.html?page=2"),
        ("#end", "https://club.example/news/2024/index.html#end"),
        ("//other.example/a", "https://other.example/a"),
        ("http://other.example", "http://other.example/"),
        ("  /opening \n", "https://club.example/opening"),
        ("/ope\nning", "https://club.example/opening"),
        ("HTTPS://Club.EXAMPLE/A", "https://club.example/A"),
        ("https://club.example:443/a", "https://club.example/a"),
        ("http://club.example:80/a", "http://club.example/a"),
        ("https://club.example:80/a", "https://club.example:80/a"),
        ("https://club.example:8123/a", "https://club.example:8123/a"),
        ("https://club.example:08123/a", "https://club.example:8123/a"),
        ("https://club.example:65535/a", "https://club.example:65535/a"),
        ("https://club.example:65536/a", None),
        ("https://club.example./a", "https://club.example/a"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://user:secret@club.example/a", "https://club.example/a"),
        ("/zwei wörter", "https://club.example/zwei%20w%C3%B6rter"),
        ("/100%25", "https://club.example/100%25"),
        ("/a?q=grüne gurken", "https://club.example/a?q=gr%C3%BCne%20gurken"),
        ('/a"b', "https://club.example/a%22b"),
        ("/喫茶", "https://club.example/%E5%96%AB%E8%8C%B6"),
        ("", None),
        ("   ", None),
        ("mailto:ann@club.example", None),
        ("javascript:void(0)", None),
        ("JavaScript:void(0)", None),
        ("data:text/plain,hello", None),
        ("tel:+3612345", None),
        ("ftp://club.example/a", None),
        ("file:///etc/hosts", None),
        ("https://", None),
        ("https://club.example:seven/a", None),
        ("https://club.example:99999/a", None),
        ("https://[club/a", None),
        ("https://" + "x" * 70 + "ü.example/", None),
    ],
)
def test_absolute(url: str, whole: str | None) -> None:
    assert urls.absolute(url, BASE) == whole


def test_a_path_stands_at_the_port_of_its_page() -> None:
    assert urls.absolute("/opening", "http://club.example:8123/news/") == "http://club.example:8123/opening"
    assert urls.absolute("/opening", "http://club.example:80/news/") == "http://club.example/opening"


@given(st.text())
def test_absolute_is_ascii_or_none_and_changes_no_more(url: str) -> None:
    whole = urls.absolute(url, BASE)
    if whole is not None:
        assert whole.isascii()
        assert not set(whole) & set(' \n\r\t"<>\\^`{}')
        assert urls.absolute(whole, BASE) == whole


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://club.example/a", "https://club.example/a"),
        ("https://club.example/a#comments", "https://club.example/a"),
        ("https://club.example/a?utm_source=mail", "https://club.example/a"),
        ("https://club.example/a?id=7&utm_source=mail&utm_medium=x", "https://club.example/a?id=7"),
        ("https://club.example/a?fbclid=Abc&id=7#top", "https://club.example/a?id=7"),
        ("https://club.example/a?gclid=1&msclkid=2&dclid=3", "https://club.example/a?msclkid=2"),
        ("https://club.example/a?UTM_Source=Mail", "https://club.example/a"),
        ("https://club.example/a?PHPSESSID=a1b2&id=7", "https://club.example/a?id=7"),
        ("https://club.example/a?mc_cid=1&mc_eid=2", "https://club.example/a"),
        ("https://club.example/a?b=1&a=2", "https://club.example/a?b=1&a=2"),
        ("https://club.example/a?side=left&utmost=1", "https://club.example/a?side=left&utmost=1"),
        ("https://club.example/a?flag", "https://club.example/a?flag"),
    ],
)
def test_canonical(url: str, canonical: str) -> None:
    assert urls.canonical(url) == canonical


def test_without_trackers_keeps_the_fragment() -> None:
    assert urls.without_trackers("https://club.example/a?utm_id=1#end") == "https://club.example/a#end"
    assert urls.without_trackers("https://club.example/a?b=1&utm_id=1#end") == "https://club.example/a?b=1#end"


@pytest.mark.parametrize(
    "other",
    [
        "http://club.example/news/opening?a=1&b=2",
        "https://www.club.example/news/opening?a=1&b=2",
        "https://CLUB.example/news/opening?a=1&b=2",
        "https://club.example/news/opening/?a=1&b=2",
        "https://club.example/news/opening?b=2&a=1",
        "https://club.example/news/opening?a=1&b=2#end",
        "https://club.example/news/opening?a=1&b=2&utm_source=mail",
        "https://club.example/news/opening/index.html?a=1&b=2",
        "https://club.example/news/opening/default.aspx?a=1&b=2",
        "https://ann:secret@club.example/news/opening?a=1&b=2",
    ],
)
def test_one_page_has_one_key(other: str) -> None:
    assert urls.key(other) == urls.key("https://club.example/news/opening?a=1&b=2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://club.example/a", "https://club.example/b"),
        ("https://club.example/a", "https://club.example/A"),
        ("https://club.example/a", "https://old.club.example/a"),
        ("https://club.example/a", "https://club.example:8080/a"),
        ("https://club.example/a", "https://club.example/a?page=2"),
        ("https://club.example/a?id=1", "https://club.example/a?id=2"),
        ("https://club.example/a?id=1", "https://club.example/a/id=1"),
        ("https://club.example/a", "https://club.example/a/print.html"),
        ("https://club.example/the-index.html", "https://club.example/the-"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert urls.key(one) != urls.key(other)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("club.example", "https://club.example/"),
        ("  club.example/news ", "https://club.example/news"),
        ("club.example:8080/news", "https://club.example:8080/news"),
        ("http://club.example/news#top", "http://club.example/news"),
        ("HTTP://Club.example", "http://club.example/"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
        ("http://127.0.0.1/a", "http://127.0.0.1/a"),
        ("sample://lantern.example/", "sample://lantern.example/"),
    ],
)
def test_what_a_person_types(typed: str, address: str) -> None:
    assert urls.parse(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "club",
        "the club's news",
        "ftp://club.example/",
        "file:///etc/hosts",
        "javascript:alert(1)",
        "https://",
        "https:///news",
        "https://[club/",
        "https://club.example:seven/",
        "mailto:ann@club.example",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(BadAddress) as caught:
        urls.parse(typed)
    assert caught.value.about == typed
    assert str(caught.value).endswith(".")
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("text", "meant"),
    [("club.example", True), ("club.example/a", True), ("http://x", True), ("club", False), ("my club", False)],
)
def test_an_address_or_a_name(text: str, meant: bool) -> None:
    assert urls.looks_like_one(text) is meant


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://www.club.example/a", "www.club.example", "club.example"),
        ("https://Club.example:8080/a", "club.example:8080", "club.example:8080"),
        ("https://ann:secret@club.example/", "club.example", "club.example"),
        ("not an address", "", ""),
    ],
)
def test_host_and_site(url: str, host: str, site: str) -> None:
    assert (urls.host(url), urls.site(url)) == (host, site)
