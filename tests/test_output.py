"""The files of a feed: those that are wanted, and no other."""

from pathlib import Path

import pytest

from feeds import output
from feeds.errors import PublishError
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
