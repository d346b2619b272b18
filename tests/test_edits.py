"""How much does an edit change? Pairs of pages, each a folder with the verdict that people would give."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import difference, edits
from feeds.edits import Words
from scraper import extract

PAIRS = sorted((Path(__file__).parent / "edits").iterdir())
TEXT = "The night ferry left the pier at ten past two.\nNobody complained; the dog slept on the coils of rope."


def words(page: Path) -> Words:
    return Words.of(extract(page.read_bytes(), "https://club.example/ferry"))


def kind(old: str, new: str) -> str:
    return edits.compare(Words("The ferry", old), Words("The ferry", new)).kind


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_verdict_is_that_of_people_both_ways(pair: Path) -> None:
    before, after = words(pair / "before.html"), words(pair / "after.html")
    expected = (pair / "verdict").read_text(encoding="utf-8").strip()
    there, back = edits.compare(before, after), edits.compare(after, before)
    assert (there.kind, back.kind) == (expected, expected), (there.why, back.why)
    if expected == "nothing":
        assert edits.compare(before, before).kind == "nothing"


def test_there_are_pairs_of_every_verdict_in_many_languages() -> None:
    verdicts = [(pair / "verdict").read_text(encoding="utf-8").strip() for pair in PAIRS]
    languages = {(pair / "after.html").read_text(encoding="utf-8").partition('lang="')[2][:2] for pair in PAIRS}
    assert len(PAIRS) >= 60
    assert min(map(verdicts.count, ("nothing", "small", "material"))) >= 10
    assert len(languages) >= 12


@pytest.mark.parametrize(
    "line",
    [
        "1,204 views", "views: 1204", "12 comments", "👍 12", "12:30", "3 min read", "Posted 5 minutes ago",
        "Kommentare: 3", "vor 12 Stunden", "il y a 2 jours", "hace 3 horas", "3 часа назад", "1,024回表示", "3時間前",
        "阅读量 1204", "조회수 1204", "3시간 전", "Last updated: 1 March 2026, 12:30", "Subscribe to our newsletter!",
        "Jetzt unseren Newsletter abonnieren", "Advertisement",
    ],
)  # fmt: skip
def test_what_passes_is_nothing_wherever_it_comes_and_goes(line: str) -> None:
    assert kind(f"{line}\n{TEXT}", TEXT) == kind(TEXT, f"{TEXT}\n{line}") == "nothing"


@pytest.mark.parametrize(
    "line",
    [
        "The crossing took 3 hours.",
        "Quay 3, Mole 2",
        "He has 1,204 sheep.",
        "She left in 2019.",
    ],
)
def test_what_an_author_says_is_not_taken_for_a_counter(line: str) -> None:
    changed = "".join(str(9 - int(c)) if c.isdigit() else c for c in line)
    assert kind(f"{TEXT}\n{line}", f"{TEXT}\n{changed}") == "material"


def test_many_small_words_are_an_edit_that_is_told() -> None:
    assert kind(TEXT, TEXT.replace("slept", "lay")) == "small"
    assert kind(TEXT, TEXT.replace("slept on the coils", "lay under a heap")) == "material"


LINES = st.lists(st.sampled_from([*TEXT.split(), "12", "views", "ago", "Anzeige", "1.", "", "\n", "港", "\ud800"]))


@given(LINES, LINES)
def test_any_two_texts_can_be_compared(one: list[str], other: list[str]) -> None:
    old, new = " ".join(one), " ".join(other)
    assert kind(old, old) == "nothing"
    assert kind(old, new) in ("nothing", "small", "material")
    assert "<script" not in difference.markup(old, new)
