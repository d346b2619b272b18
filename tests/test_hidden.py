"""Dates that a page neither states nor shows at its article."""

import time

import pytest

from scraper import dom, metadata

URL = "https://club.example/news/ferry-late"


def day(html: str) -> str | None:
    tree = dom.parse(f'<html lang="en"><title>The ferry</title><h1>A</h1>{html}<p>Text</p>'.encode(), URL)
    found = metadata.read(tree).published
    return found.date().isoformat() if found else None


CARD = '<li><a href="{}">The ferry</a> <i>{}</i></li>'


@pytest.mark.parametrize(
    ("html", "meant"),
    [
        ('<div data-date="9 March 2024">x</div>', "2024-03-09"),
        ('<span data-timestamp="1709993107">x</span>', "2024-03-09"),
        ('<span data-time="1709993107123">x</span>', "2024-03-09"),
        ('<span data-time="12345">x</span>', None),
        ('<aside><span data-date="2024-03-09">x</span></aside>', None),
        ('<script>var page = {"published_at":"2024-03-09T06:22:28+01:00"}</script>', "2024-03-09"),
        ("<script>page = {datePublished: '2024-03-09'}</script>", "2024-03-09"),
        ('<script>[{"publishedAt": "2024-03-09"}, {"publishedAt": "2024-03-10"}]</script>', None),
        ('<script>{"expires_at": "2024-03-09"}</script>', None),
        ('<meta name="description" content="The ferry is late (news of 9 March 2024)">', "2024-03-09"),
        ('<meta name="description" content="The ferry of 9 March 2024 is late">', None),
        (
            f"<aside><ul>{CARD.format('/news/boats', '10 March 2024')}{CARD.format('/news/ferry-late', '9 March 2024')}"
            f"{CARD.format('/news/moon', '8 March 2024')}</ul></aside>",
            "2024-03-09",
        ),
        (f"<aside><ul>{CARD.format('#comment-3', '9 April 2024')}</ul></aside>", None),
    ],
)
def test_the_last_resorts(html: str, meant: str | None) -> None:
    assert day(html) == meant


def test_what_is_shown_is_believed_first() -> None:
    assert day('<p>9 March 2024</p><div data-date="2024-03-11">x</div>') == "2024-03-09"


@pytest.mark.parametrize(
    "piece",
    [
        '<i data-time="9999999999999">x</i>',
        '<a href="/news/ferry-late">x</a>',
        "<script>publishDate publishDate : '9</script>",
        "<i>",
    ],
)
def test_a_page_without_a_date_takes_linear_time(piece: str) -> None:
    tree = dom.parse(("<title>A</title>" + piece * 20_000).encode(), URL)
    started = time.process_time()
    metadata.read(tree)
    assert time.process_time() - started < 3
