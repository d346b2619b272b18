"""Where an article ends by its page's own word, and lines that only lead on."""

import pytest

from scraper import blocks, dom, ending
from scraper.blocks import Block

URL = "https://club.example/a"
LINES = tuple(
    f"{who} came round the point a little after noon, with every flag it has, and nobody on the {where} said a word."
    for who, where in (("The ferry", "quay"), ("A barge", "beach"), ("The pilot's boat", "pier"), ("A raft", "bank"))
)
STATED = " ".join(LINES[:3])


def read(html: str) -> list[Block]:
    page = f"<!DOCTYPE html><title>A</title>{html}"
    return blocks.read(dom.parse(page.encode(), URL, "text/html; charset=utf-8").body)[0]


def ended(html: str, text: str | None, odds: float = 0.5) -> list[bool]:
    held = read(html)
    return ending.ended(held, [odds] * len(held), [True] * len(held), text)


PAGE = "".join(f"<p>{line}</p>" for line in LINES)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (STATED, False),
        (STATED.replace("flag", "<b>flag</b>"), False),
        (None, True),
        (LINES[0], True),  # a summary
        (STATED + "…", True),  # cut short
        (STATED + " And much else that the page does not show. " * 4, True),
    ],
)
def test_nothing_stands_behind_the_end_that_is_stated(text: str | None, whole: bool) -> None:
    assert ended(PAGE, text) == [True, True, True, whole]


def test_a_statement_that_the_article_outlasts_was_cut_short() -> None:
    assert all(ended(PAGE, STATED, odds=3.0))
    aside = "".join(f"<p>{line}</p>" for line in LINES[:3]) + f"<div><p>{LINES[3]}</p></div>"
    assert ended(aside, STATED, odds=3.0) == [True, True, True, False]


@pytest.mark.parametrize(
    ("html", "stays"),
    [
        ("<p>Read also: <a href=/b>What the pilot said of the ferry when he was asked</a></p>", False),
        ("<h3>Lea también: <a href=/b>Lo que dijo el práctico</a></h3>", False),
        ("<blockquote>Czytaj też: <a href=/b>Co powiedział pilot</a></blockquote>", False),
        ("<p>Lesen Sie auch: <a href=/b>Das Boot</a> oder <a href=/c>der Lotse</a></p>", True),
        ("<p>The harbour master was asked about it, and he said: <a href=/b>no</a></p>", True),
        ("<p>Read also: <a href=/b>What the pilot said</a>, which is little</p>", True),
        ("<p><a href=/b>Short</a></p>", True),
        ("<p><a href=/plan.pdf>The plan of the harbour as the office drew it</a></p>", True),
        ("<p><a href=https://other.example/>What the pilot said of the ferry</a></p>", True),
        ("<p><a href=#note>What the pilot said of the ferry when asked</a></p>", True),
        ("<ul><li><a href=/b>What the pilot said of the ferry when asked</a></ul>", True),
    ],
)
def test_a_line_that_only_leads_to_another_page_of_the_site_goes(html: str, stays: bool) -> None:
    held = read(PAGE + html + PAGE)
    kept = ending.without_ways(held, [True] * len(held), URL)
    assert kept == [True] * 4 + [stays] + [True] * 4


def test_an_article_made_of_ways_keeps_them() -> None:
    held = read(PAGE + "<p><a href=/b>What the pilot said of the ferry when asked</a></p>" * 4)
    assert all(ending.without_ways(held, [True] * len(held), URL))
