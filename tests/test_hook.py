"""The user's command is told what changed, by no shell, and can stop nothing."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from feeds import hook
from feeds.configuration import Config, FeedConfig
from feeds.sections import Network, Publish
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.live import Blog, blog
from tests.test_update import POSTS, START

NOTE = "import sys, pathlib; pathlib.Path('told').open('a').write('\\n'.join(sys.argv[1:]) + '\\n--\\n')"
SLEEPER = "import time, subprocess; subprocess.run(['sleep', '60'])"


def python(program: str) -> tuple[str, ...]:
    return sys.executable, "-c", program


def told(folder: Path) -> list[list[str]]:
    return [run.split() for run in (folder / "told").read_text().split("--\n")[:-1]]


def test_the_paths_follow_its_own_arguments_and_no_shell_sees_them(tmp_path: Path) -> None:
    paths = [Path("/out/a.atom"), Path("/out/$(touch${IFS}x);b")]
    assert hook.run((*python(NOTE), "own"), paths, tmp_path, 60) is None
    assert told(tmp_path) == [["own", "/out/a.atom", "/out/$(touch${IFS}x);b"]]
    assert [path.name for path in tmp_path.iterdir()] == ["told"]


def test_many_paths_take_several_runs(tmp_path: Path) -> None:
    assert hook.run(python(NOTE), [Path(f"/{number}") for number in range(1001)], tmp_path, 60) is None
    assert [len(run) for run in told(tmp_path)] == [500, 500, 1]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("./there-is-none",), "./there-is-none could not be run: No such file or directory."),
        (python("print('no room'); raise SystemExit(3)"), "failed with 3: no room."),
        (python("raise SystemExit(4)"), "failed with 4."),
    ],
)
def test_what_fails_is_said(tmp_path: Path, command: tuple[str, ...], why: str) -> None:
    assert str(hook.run(command, [Path("/a")], tmp_path, 60)).endswith(why)


def test_what_takes_too_long_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    assert str(hook.run(python(SLEEPER), [Path("/a")], tmp_path, 0.5)).endswith("was ended after 0.5 s.")


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


def test_it_is_run_after_a_change_and_again_after_a_failure(tmp_path: Path, site: Blog) -> None:
    config = Config(
        (FeedConfig("club", site.address),),
        out=tmp_path / "out",
        network=Network(allow_private=True),
        publish=Publish(python(NOTE)),
        path=tmp_path / "config.yaml",
    )
    with Store.open(tmp_path / "store.db") as store, Fetcher(allow_private=True) as fetcher:
        updater = Updater(config, store, fetcher, lambda: START)
        updater.sync()
        list(updater.run(updater.claim(9)))
        failing = replace(updater, config=replace(config, publish=Publish(("./none",))))
        assert "could not be run" in str(failing.settle().failed)
        updater.unsettled.set()
        assert updater.settle().failed is None
        assert {Path(path).name for path in told(tmp_path)[0]} == {
            *(f"club.{form}" for form in ("atom", "rss", "json", "html")),
            *("index.html", "feeds.opml", "style.css", "favicon.ico"),
        }
        updater.unsettled.set()
        assert updater.settle().failed is None
        assert len(told(tmp_path)) == 1  # nothing has changed since
