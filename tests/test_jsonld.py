"""Linked data as pages write it, which is not always JSON."""

import time
from typing import Any

import pytest

from scraper import dom, jsonld


def values(text: str, kind: str = "application/ld+json") -> list[Any]:
    html = f'<title>A</title><script type="{kind}">{text}</script><p>Text</p>'
    return jsonld.values(dom.parse(html.encode(), "https://club.example/"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('[{"a": 1}]', [[{"a": 1}]]),
        ('{"a": "one\ntwo\tthree"}', [{"a": "one\ntwo\tthree"}]),
        ('{"a": [1, 2, ], "b": 3, }', [{"a": [1, 2], "b": 3}]),
        ('{"a": 1}, {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1};', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('{"a": 1} {"b": "he said "so""}', [{"a": 1}]),
        ("", []),
        ("null", []),
        ("{", []),
        ('{"a": Ann}', []),
    ],
)
def test_what_can_be_read_is_read(text: str, read: list[Any]) -> None:
    assert values(text) == read


def test_scripts_of_another_kind_are_none() -> None:
    assert values('{"a": 1}', "application/json") == []
    assert values('{"a": 1}', "application/ld+json; charset=utf-8") == [{"a": 1}]


def test_one_script_that_can_not_be_read_hides_no_other() -> None:
    assert values('{"a"}</script><script type="application/ld+json">{"b": 2}') == [{"b": 2}]


@pytest.mark.parametrize("piece", ["[", '{"a":', "[1,]", "{} ", '{"a": 1,} ', "9", '"'])
def test_hostile_data_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    values(piece * 100_000)
    assert time.process_time() - started < 3
