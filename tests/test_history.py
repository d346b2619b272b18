"""All that is known of one entry, as a person sees it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feeds import app, history
from feeds.configuration import Config, FeedConfig
from feeds.sections import Network
from tests.live import SENTENCE, Blog, Post, blog
from tests.program import feedwright

POSTS = (Post("a-storm", "A storm", "2026-02-02"), Post("the-ferry", "The ferry is late", "2026-02-01"))
LATER = f"{SENTENCE * 4}On Tuesday a seal was seen, and nobody was surprised."


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def config(tmp_path: Path, site: Blog) -> Config:
    return Config((FeedConfig("club", site.address),), out=tmp_path / "out", network=Network(allow_private=True))


def update(config: Config, after: timedelta = timedelta()) -> None:
    with app.opened(config) as updater:
        later = replace(updater, clock=lambda: app.now() + after)
        assert [report.error for report in later.run(later.claim(1, ["club"]))] == [None]


def test_an_entry_tells_how_it_is_known_and_what_became_of_it(
    config: Config, site: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    update(config)
    assert history.show(config, "club", "1", revisions=True, as_json=False) == 0
    assert capsys.readouterr().out == f"{history.UNTOLD}\n"
    site.posts[0] = replace(POSTS[0], text=LATER)
    update(config, timedelta(hours=2))
    for wanted in ("1", f"{site.address}post/a-storm/?utm_source=x"):
        assert history.show(config, "club", wanted, revisions=False, as_json=False) == 0
        said = capsys.readouterr().out
        assert said.startswith("A storm\n  id          tag:127.0.0.1,2026:")
        assert "published   2026-02-02 00:00:00 UTC (" in said
        assert "(revision 2)" in said
        assert "/post/a-storm (first seen, " in said
    assert history.show(config, "club", "1", revisions=True, as_json=False) == 0
    first, gone, come = capsys.readouterr().out.splitlines()
    assert first.endswith("revision 1 → 2")
    assert gone == "  − …when it had been so."
    assert come.startswith("  + …when it had been so. ") and come.endswith(LATER[-60:])
    assert history.show(config, "club", "1", revisions=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["number"] for each in told["revisions"]] == [1, 2]
    entry_id = told["held"]["entry_id"]
    for wanted in (entry_id, entry_id.rpartition(":")[2]):
        assert history.show(config, "club", wanted, revisions=False, as_json=False) == 0


@pytest.mark.parametrize("wanted", ["0", "3", "tag:nothing", "%", "https://club.example/"])
def test_an_entry_that_there_is_not(config: Config, capsys: pytest.CaptureFixture[str], wanted: str) -> None:
    update(config)
    assert history.show(config, "club", wanted, revisions=False, as_json=False) == 3
    assert f"club has no entry {wanted}." in capsys.readouterr().err


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("feeds: [{name: lantern, url: 'sample://lantern.example/'}]")
    feedwright("fetch", "--all", cwd=tmp_path)
    shown = feedwright("show", "lantern", "1", "--revisions", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, f"{history.UNTOLD}\n".encode())
    wrong = feedwright("show", "lantern", "--revisions", cwd=tmp_path)
    assert wrong.returncode == 2
    assert b"Give an ENTRY" in wrong.stderr
