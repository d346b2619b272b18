"""Whole pages, each a folder in tests/pages: what is on it, and the article that a reader should get."""

import json
from pathlib import Path
from typing import Any

import pytest

from scraper import Article, dom, extract
from scraper.errors import EmptyPage, NotAPage
from scraper.model import Rules
from tests.cases import PAGES


def read(case: Path) -> Article:
    said = json.loads((case / "case.json").read_text("utf-8"))
    (page,) = case.glob("page.*")
    wishes = said.get("rules", {})
    rules = Rules(**wishes | {"remove": tuple(wishes.get("remove", ()))})
    return extract(page.read_bytes(), said["url"], content_type=said.get("content_type"), rules=rules)


def shown(article: Article) -> dict[str, Any]:
    """The article as an expectation says it: the text block by block, nothing of how it was found."""
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": article.published and article.published.isoformat(),
        "updated": article.updated and article.updated.isoformat(),
        "language": article.language,
        "tags": list(article.tags),
        "summary": article.summary,
        "image": article.image and article.image.url,
        "url": article.url,
        "text": article.text.split("\n\n"),
        "html": [line for line in article.html.split("\n") if line.strip()],
    }


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_page(case: Path, update: bool) -> None:
    found = shown(read(case))
    expected = case / "expected.json"
    if update:
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_a_page_gives_the_same_twice(case: Path) -> None:
    assert read(case) == read(case)


@pytest.mark.parametrize(
    "content",
    [b"", b"<!DOCTYPE html><title>The Club</title><nav><a href=/>Home</a></nav>", b"<p> </p>", b"<script>x()</script>"],
)
def test_nothing_to_read(content: bytes) -> None:
    with pytest.raises(EmptyPage):
        extract(content, "https://club.example/")


def test_a_picture_alone_is_something() -> None:
    html = extract(b'<p><img src="/a.png" alt="A boat"></p>', "https://club.example/").html
    assert 'src="https://club.example/a.png"' in html


def test_not_a_page() -> None:
    with pytest.raises(NotAPage):
        extract(b"%PDF-1.7", "https://club.example/a.pdf")


@pytest.mark.parametrize(
    "html",
    [
        '<img src="" srcset="' + "a" * 200_000 + ' b">',
        '<img src="" srcset="/a.jpg 1.2.3w, /b.jpg 2x, , ,">',
        '<div class="author">' + "a" * 100_000 + "!</div>",
        '<div class="author">by ' + "ab " * 50_000 + "1</div>",
        "<!---->" * 146,
    ],
    ids=["srcset", "descriptors", "name", "names", "comments"],
)
def test_nothing_on_a_page_takes_for_ever(html: str) -> None:
    page = f"{html}<h1>The ferry</h1><p>It came round the point a little after noon, with every flag it has.</p>"
    assert extract(page.encode(), "https://club.example/a").title == "The ferry"
    assert not dom.is_feed(page.encode())
