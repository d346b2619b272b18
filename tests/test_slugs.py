"""Names that people can read, made from what sites call themselves."""

import pytest

from feeds import slugs, values

URL = "https://www.club.example/news"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Lantern", "the-lantern"),
        ("Home | Harbour News", "harbour-news"),
        ("Harbour News – all that is new at the quay", "harbour-news"),
        ("Blog: Ada's Boats & Nets", "adas-boats-and-nets"),
        ("Küche für Größen", "kueche-fuer-groessen"),
        ("Crème brûlée à la carte", "creme-brulee-a-la-carte"),
        ("Łódź øl", "lodz-ol"),
        ("河边札记", "club-example"),
        ("دفتر الميناء", "club-example"),
        ("Газета Rx", "club-example"),
        (None, "club-example"),
        ("!!!", "club-example"),
        ("Feeds", "feeds-feed"),
        ("a word and another word and one more word again", "a-word-and-another-word-and-one-more"),
        ("x" * 100, "x" * 40),
    ],
)
def test_a_name_for_a_title(title: str | None, slug: str) -> None:
    assert slugs.of(title, URL, ()) == slug
    assert values.name(slug) == slug


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert slugs.of("The Lantern", URL, ("the-lantern", "the-lantern-2")) == "the-lantern-3"
    assert values.name(slugs.unique("x" * 64, {"x" * 64})) == "x" * 62 + "-2"


@pytest.mark.parametrize("url", ["http://[::1]:8080/", "http://127.0.0.1:33000/", "sample://lantern.example/"])
def test_any_address_gives_a_name(url: str) -> None:
    assert values.name(slugs.of(None, url, ()))
