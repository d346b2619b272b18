"""The tables that people read."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from feeds import console, tables
from feeds.document import Entry, Feed

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLE = "[red]What the [b]harbour[/b] master said when the last of the eleven ferries had gone"


def feed() -> Feed:
    entries = tuple(
        Entry(
            f"tag:{n}",
            f"https://valley.example/{'long-' * 9}{n}",
            TITLE,
            "<p/>",
            DAY - timedelta(n),
            DAY,
            authors=("Ann",),
        )
        for n in range(12)
    )
    return Feed("tag:f", "The valley", "https://valley.example/", DAY, entries)


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(("columns", "address"), [(80, False), (130, True)])
def test_an_entry_is_a_line_on_a_terminal(
    columns: int, address: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    tables.print_entries(feed())
    _, head, *lines = printed(capsys)
    assert len(lines) == 12
    assert max(map(len, lines)) <= columns
    assert ("address" in head) == address
    assert all(re.match(r" \d+ +2026-0\d-\d\d 12:00  \[red\]What the \[b\]har.*…  Ann", line) for line in lines)


def test_nothing_is_cut_for_another_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    tables.print_entries(feed())
    lines = printed(capsys)
    assert len(lines) == 14
    assert all(TITLE in line and line.endswith(f"/{'long-' * 9}{n}") for n, line in enumerate(lines[2:]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("links found: 12 -> 0", "error: links found: 12 -> 0. Look at it.\n"),
        ("It is not there.", "error: It is not there. Look at it.\n"),
    ],
)
def test_advice_is_a_sentence_of_its_own(text: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.error(text, "Look at it.")
    assert capsys.readouterr().err == told
