"""What is written of a feed is read as it was meant."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feeds import block, config, yamlmarks
from feeds.configuration import FeedConfig
from feeds.settings import Selectors, Settings

FEED = Settings("club", "https://club.example/news")
ODD = [
    'It\'s: a # "title"',
    "no",
    "1.0",
    "~",
    "- x",
    "a, b [c] {d}",
    "*star &and !bang",
    "${HOME} and $${X}",
    "back\\slash 'and' \"both\"",
    "Ünïcode 河边 \U0001f468‍\U0001f469",
    "%percent",
    "@at `tick`",
    "key: value",
    "trailing colon:",
    "# comment",
    "| >",
]


def read(text: str) -> FeedConfig:
    return config.read(yamlmarks.parsed(text.encode(), Path("c.yaml")), Path("c.yaml"), {}).feeds[0]


@pytest.mark.parametrize("text", ODD)
def test_text_is_read_as_it_was_meant(text: str) -> None:
    feed = replace(FEED, title=text, select=Selectors(item=text, remove=(text, "b")))
    for written in ("feeds:\n" + "\n".join(block.lines(feed, 2)), f"feeds: [{block.inline(feed)}]"):
        made = read(written)
        assert (made.title, made.select.item, made.select.remove) == (text, text, (text, "b"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_text_is_one_scalar_for_every_yaml_reader(text: str) -> None:
    for inside in (False, True):
        written = block.scalar(text, inside=inside)
        assert yaml.safe_load(f"[{written}]" if inside else f"x: {written}") == ([text] if inside else {"x": text})


def test_plain_text_has_no_quotes() -> None:
    for text in ("article.post", "h2 a", "https://club.example/a?b=c&d=1", "The Lantern", "Größe"):
        assert block.scalar(text) == text


def test_a_feed_with_all_that_can_be_said() -> None:
    feed = replace(
        FEED,
        title="The Club",
        group="Sea",
        every=timedelta(hours=1, minutes=30),
        select=Selectors(item=".card", remove=(".ad",)),
        headers=(("User-Agent", "x"),),
        robots="ignore",
        allow_private=True,
        allow_ports=(8000, 9000),
        note="The Club: found by listing",
    )
    assert block.lines(feed, 2, ("limit: 20",)) == (
        "  # The Club: found by listing",
        "  - name: club",
        "    url: https://club.example/news",
        "    title: The Club",
        "    group: Sea",
        "    every: 1h30m",
        "    robots: ignore",
        "    allow_private: true",
        "    allow_ports: [8000, 9000]",
        "    select:",
        "      item: .card",
        "      remove: [.ad]",
        "    headers:",
        "      User-Agent: x",
        "    # limit: 20",
    )
    assert read("feeds:\n" + "\n".join(block.lines(feed, 0))).every == timedelta(minutes=90)


def test_a_note_never_leaves_its_comment() -> None:
    note = "one\ntwo\rfeeds: []\x85x\u2028y " + "long " * 100
    made = block.lines(replace(FEED, note=note), 2)
    assert all(line.startswith("  # ") and len(line) <= 120 for line in made[:-2])
    assert read("feeds:\n" + "\n".join(made)).name == "club"
