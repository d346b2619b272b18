"""The files of a feed: those that are wanted, and no other."""

import os
from pathlib import Path

import pytest

from feeds import output
from feeds.errors import PublishError
from feeds.focus import OURS
from tests.made import a_feed, an_entry

FEED = a_feed(an_entry())
ALL = ("atom", "rss", "json")


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def test_a_file_for_each_format(tmp_path: Path) -> None:
    changed = output.write(tmp_path, "club", FEED, ALL).paths
    assert [path.name for path in changed] == ["club.atom", "club.rss", "club.json"]
    assert names(tmp_path) == ["club.atom", "club.json", "club.rss"]
    assert output.write(tmp_path, "club", FEED, ALL).paths == ()


def test_what_is_not_wanted_any_more_goes(tmp_path: Path) -> None:
    output.write(tmp_path, "club", FEED, ALL)
    output.write(tmp_path, "clubs", FEED, ALL)
    assert [path.name for path in output.write(tmp_path, "club", FEED, ("atom",)).paths] == ["club.rss", "club.json"]
    assert names(tmp_path) == ["club.atom", "clubs.atom", "clubs.json", "clubs.rss"]


def test_what_cannot_be_read_or_removed_is_named(tmp_path: Path) -> None:
    (tmp_path / "club.atom").mkdir()
    with pytest.raises(PublishError, match=r"club\.atom could not be read"):
        output.write(tmp_path, "club", FEED, ALL)
    (tmp_path / "other.rss").mkdir()
    with pytest.raises(PublishError, match=r"other\.rss could not be removed"):
        output.write(tmp_path, "other", FEED, ("atom",))


def test_another_update_computes_while_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync(number: int) -> None:
        with OURS.had():
            computed.append(number)

    computed = list[int]()
    monkeypatch.setattr(os, "fsync", sync)
    with OURS.had():
        output.write(tmp_path, "club", FEED, ("atom",))
        assert OURS._free.locked()
    assert len(computed) == 2  # while the file was synced, and its folder
    assert not OURS._free.locked()
