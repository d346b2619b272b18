"""A page as blocks, and the odds of each."""

import pytest

from scraper import blocks, choice, dom, evidence
from scraper.blocks import Block

URL = "https://club.example/a"
SENTENCE = "The ferry came round the point a little after noon, with every flag it has, and nobody said a word. "


def read(html: str) -> list[Block]:
    return blocks.read(
        dom.parse(f"<!DOCTYPE html><title>A</title>{html}".encode(), URL, "text/html; charset=utf-8").body
    )[0]


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>One <b>two</b> <a href=/x>three</a></p>", ["One two three"]),
        ("<div>One<p>two</p>three</div>", ["One", "two", "three"]),
        ("<div><a href=/x><h2>One</h2><p>two</p></a></div>", ["One", "two"]),
        ("<ul><li>One<li>two<ul><li>three</ul></ul>", ["One", "two", "three"]),
        ("<p>One<br>two</p><p> </p>", ["One two"]),
    ],
)
def test_a_block_is_what_stands_on_lines_of_its_own(html: str, texts: list[str]) -> None:
    assert [block.text for block in read(html)] == texts


def test_places_count_what_is_in_them() -> None:
    tree = dom.parse(f"<!DOCTYPE html><div><p>{SENTENCE}</p><p>Go <a href=/>home</a></p></div>".encode(), URL)
    held, places = blocks.read(tree.body)
    page = places[0]
    assert page.chars == sum(block.chars for block in held)
    assert (page.links, page.blocks) == (len("home"), 2)
    assert page.running == held[0].chars


@pytest.mark.parametrize("name", ["sidebar", "post-share", "Related_Posts", "site-footer menu"])
def test_names_of_what_is_around_an_article(name: str) -> None:
    (block,) = read(f'<div class="{name}">One</div>')
    assert block.place.around


def test_nesting_without_end_is_cut_short() -> None:
    (block,) = read("<div>" * 5000 + "One")
    assert block.text == "One"


def test_the_odds_are_the_same_on_any_day() -> None:
    post = f"<h1>The ferry</h1><div class=post><p>{SENTENCE * 2}</p><p>{SENTENCE}</p></div>"
    html = f"{post}<div class=share>Share this</div>"
    found = []
    for _ in range(2):
        tree = dom.parse(f"<!DOCTYPE html><title>A</title>{html}".encode(), URL)
        held, places = blocks.read(tree.body)
        found.append(evidence.odds(held, places))
    assert found[0] == found[1]
    chosen = choice.choose(held, found[0])
    assert [block.text[:5] for block, keep in zip(held, chosen, strict=True) if keep] == ["The f", "The f"]


def test_a_page_without_text_has_no_odds() -> None:
    assert evidence.odds([], []) == []


def test_of_a_name_so_much_is_kept_in_mind() -> None:
    (block,) = read(f'<div class="post {"x" * 5000}">One</div>')
    assert len(block.place.name) == blocks.NAME_CHARS


def test_a_heading_stays_with_what_follows_it() -> None:
    held = read(f"<h2>Before</h2><p>{SENTENCE}</p><h2>Within</h2><p>{SENTENCE}</p><h2>Behind</h2>")
    assert choice.choose(held, [-1.0, 2.0, -1.0, 2.0, -1.0]) == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("html", "odds", "chosen"),
    [
        # a heading with nothing below it that is likely enough
        (f"<h3>{SENTENCE * 2}</h3><p>{SENTENCE * 2}</p><p>Home</p>", [2.0, -0.1, -0.1], [True, True, False]),
        ("<h2>One</h2><p>two</p>", [0.5, -1.0], [True, False]),
        ("<footer><p>One</p></footer><p>two</p>", [0.1, -2.0], [False, True]),
        ("<aside><p>One</p></aside>", [0.1], [False]),
    ],
)
def test_a_page_with_next_to_nothing_has_its_likeliest_text(html: str, odds: list[float], chosen: list[bool]) -> None:
    assert choice.choose(read(html), odds) == chosen
