"""The article that a page states in JSON-LD and does not show."""

import json

import pytest

from scraper import extract

URL = "https://club.example/2024/ferry"
TEXT = (
    "The ferry came round the point a little after noon, with every flag it has, and nobody on the pier said a word. "
)
STATED = "\n\n".join(TEXT * 2 for _ in range(3))


def page(body: str, stated: str) -> bytes:
    item = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry", "articleBody": stated}
    data = json.dumps(item).replace("</script", r"<\/script")
    return (
        f'<!DOCTYPE html><html lang=en><title>The ferry</title><script type="application/ld+json">{data}'
        f"</script><body><h1>The ferry</h1>{body}<footer>© 2024 The Club</footer>"
    ).encode()


@pytest.mark.parametrize("stated", [STATED, "".join(f"<p>{TEXT * 2}</p>" for _ in range(3))])
def test_what_scripts_would_show_is_read_where_it_is_stated(stated: str) -> None:
    article = extract(page("<div id=app></div>", stated), URL)
    assert article.text == "\n\n".join((TEXT * 2).strip() for _ in range(3))
    assert [e.source for e in article.provenance if e.field == "text"] == ["stated"]


def test_what_the_page_shows_comes_first() -> None:
    shown = "".join(f"<p>{TEXT}{n}.</p>" for n in range(4))
    article = extract(page(f"<article>{shown}</article>", STATED), URL)
    assert article.text.endswith("3.")
    assert [e.source for e in article.provenance if e.field == "text"] == ["learned"]


def test_a_summary_is_not_taken_for_the_article() -> None:
    article = extract(page(f"<p>{TEXT}</p>", "The ferry is back."), URL)
    assert "The ferry is back." not in article.text


def test_stated_markup_is_cleaned_like_any_other() -> None:
    evil = f"<p onclick=x()>{TEXT * 2}</p><p>{TEXT * 2}<img src=x onerror=alert(1)></p><script>alert(1)</script>"
    article = extract(page("<div id=app></div>", evil), URL)
    assert article.text.startswith(TEXT)
    assert "alert" not in article.html
    assert "onclick" not in article.html
