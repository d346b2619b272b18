"""By which ids a site's own system knows the article on a page."""

import pytest

from scraper import extract

TEXT = "<p>" + "The harbour was quiet, and nobody who was asked could say since when it had been so. " * 4 + "</p>"


def ids(head: str = "", body: str = "", around: str = "<article>", attributes: str = "") -> tuple[str, ...]:
    page = (
        f"<!DOCTYPE html><html lang=en><head><title>Quiet</title>{head}</head><body {attributes}>"
        f"<main>{around}<h1>Quiet</h1>{TEXT}</article></main>{body}</body></html>"
    )
    return extract(page.encode(), "https://club.example/quiet").site_ids


@pytest.mark.parametrize(
    ("head", "around", "attributes", "expected"),
    [
        ('<link rel="shortlink" href="https://club.example/?p=1234">', "<article>", "", "post 1234"),
        ('<link rel="shortlink" href="/node/77">', "<article>", "", "post 77"),
        ("", "<article>", 'class="single postid-1234 logged-out"', "post 1234"),
        ("", '<article id="post-1234" class="post-1234 hentry">', "", "post 1234"),
        ("", "<article data-post-id=1234>", "", "post 1234"),
        ("", "<article data-article-id=ab-12>", "", "data ab-12"),
        ("", "<article>", "data-history-node-id=77", "post 77"),
        ('<meta property="article:id" content="a99">', "<article>", "", "meta a99"),
        ('<meta name="parsely-post-id" content="a99">', "<article>", "", "meta a99"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Quiet", "identifier": "n-5"}'
            "</script>",
            "<article>",
            "",
            "schema n-5",
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Quiet", '
            '"identifier": {"@type": "PropertyValue", "value": "n-6"}}</script>',
            "<article>",
            "",
            "schema n-6",
        ),
    ],
)
def test_the_signs_of_an_id(head: str, around: str, attributes: str, expected: str) -> None:
    assert ids(head, around=around, attributes=attributes) == (expected,)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        ('<link rel="shortlink" href="/quiet">', ""),
        ('<link rel="shortlink" href="http://[">', ""),
        ("", '<aside><div id="post-8">Next</div><div data-post-id=9>Another</div></aside>'),
        ('<meta name="fb:app_id" content="12"><meta name="author" content="3">', ""),
        (f'<meta name="article:id" content="{"x" * 99}">', ""),
        ('<meta name="article:id" content="<b>"><script type="application/ld+json">{"@id": "/quiet"}</script>', ""),
    ],
)
def test_what_is_none(head: str, body: str) -> None:
    assert ids(head, body) == ()
