"""What differs between two states of an entry, told so that a person sees it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeds.difference import Change, changes, lines, markup, texts
from scraper.model import Article, Enclosure, Image

ARTICLE = Article("https://club.example/1", "A storm", "<p>One</p><p>Two</p>", "One\n\nTwo", ("Ann",))


def test_the_same_differs_in_nothing() -> None:
    assert changes(ARTICLE, ARTICLE) == ()
    assert changes(ARTICLE, replace(ARTICLE, provenance=(), whole="x")) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "No storm"}, "title: A storm → No storm"),
        ({"title": None}, "title: A storm → —"),
        ({"authors": ("Bo", "Cy")}, "author: Ann → Bo, Cy"),
        ({"published": datetime(2026, 3, 1, 12, tzinfo=UTC)}, "date on the page: — → 2026-03-01 12:00"),
        ({"summary": "Wind."}, "summary: — → Wind."),
        ({"language": "de"}, "language: — → de"),
        ({"tags": ("sea",)}, "tags: — → sea"),
        ({"image": Image("https://club.example/1.png")}, "image: — → https://club.example/1.png"),
        ({"enclosures": (Enclosure("https://club.example/1.mp3", "audio/mpeg"),)}, "files: — → https://club.example/1.mp3"),
        ({"html": "<p>One</p><p><b>Two</b></p>"}, "markup: the text is the same, links, pictures or formats are not"),
        ({"text": "One", "html": "<p>One</p>"}, "− Two"),
        ({"text": "One\n\nTwo\n\nThree", "html": "<p>"}, "+ Three"),
    ],
)  # fmt: skip
def test_each_field_is_told(changed: dict[str, object], said: str) -> None:
    found = changes(ARTICLE, replace(ARTICLE, **changed))  # type: ignore[arg-type]
    assert [line for change in found for line in lines(change)] == [said]


def test_of_a_long_paragraph_the_place_where_it_differs_is_shown() -> None:
    before, after = "a " * 500 + "one" + " b" * 500, "a " * 500 + "two" + " b" * 500
    gone, come = lines(Change("text", before, after))
    assert gone.startswith("− …a a") and "one b" in gone and gone.endswith("b…") and len(gone) < 200
    assert come.startswith("+ …a a") and "two b" in come


def test_paragraphs_that_stay_are_not_shown() -> None:
    old, new = [f"Paragraph {n}" for n in range(50)], [f"Paragraph {n}" for n in range(50) if n != 7]
    assert list(lines(Change("text", "\n\n".join(old), "\n\n".join(new)))) == ["− Paragraph 7"]
    new[3] = "Another"
    assert list(lines(Change("text", "\n\n".join(old), "\n\n".join(new)))) == [
        "− Paragraph 3",
        "+ Another",
        "− Paragraph 7",
    ]


def test_nothing_becomes_something() -> None:
    assert list(lines(Change("text", "", "One"))) == ["+ One"]
    assert list(lines(Change("text", "One", ""))) == ["− One"]


def test_what_became_of_a_text_is_safe_markup() -> None:
    was = "The fire burnt <12> houses.\nIt is out."
    assert markup(was, "The fire burnt 15 houses.\nIt is out.\nNew & <b>one</b>.") == (
        "<p>The fire burnt <del>&lt;12&gt;</del> <ins>15</ins> houses.</p>"
        "<p><ins>New &amp; &lt;b&gt;one&lt;/b&gt;.</ins></p>"
    )
    assert markup(was, was) == ""
    assert list(texts(was, "The fire burnt 15 houses.\nIt is out.")) == [
        "− The fire burnt <12> houses.",
        "+ The fire burnt 15 houses.",
    ]
