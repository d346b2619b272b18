"""The user's command is told what changed, by no shell, and can stop nothing."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from feeds import hook
from feeds.aftermath import Pending
from feeds.configuration import Config, FeedConfig
from feeds.errors import PublishError
from feeds.patience import Patience
from feeds.sections import Network, Publish
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.live import Blog, blog
from tests.test_update import POSTS, START

NOTE = "import sys, pathlib; pathlib.Path('told').open('a').write('\\n'.join(sys.argv[1:]) + '\\n--\\n')"
SLEEPER = "import time, subprocess; subprocess.run(['sleep', '60'])"
# One that begins what stays when it has ended itself, and notes its number: in its own session, or in another.
LEAVER = (
    "import subprocess, pathlib, sys, time;"
    "left = subprocess.Popen(['sleep', '60'], start_new_session=sys.argv[1] == 'other');"
    "pathlib.Path('left').write_text(str(left.pid));"
    "print('no room', flush=True);"
    "time.sleep(float(sys.argv[3]));"
    "raise SystemExit(int(sys.argv[2]))"
)


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


@pytest.mark.parametrize("session", ["own", "other"])
@pytest.mark.parametrize(("code", "said"), [("0", "None"), ("3", "failed with 3: no room.")])
def test_what_it_leaves_running_is_not_waited_for(tmp_path: Path, session: str, code: str, said: str) -> None:
    with left_behind(tmp_path) as running:
        command = (*python(LEAVER), session, code, "0")
        assert str(hook.run(command, [Path("/a")], tmp_path, 30)).endswith(said)
        assert running()


def test_what_takes_too_long_is_ended_also_where_it_left_another_session(tmp_path: Path) -> None:
    with left_behind(tmp_path) as running:
        command = (*python(LEAVER), "other", "0", "60")
        assert str(hook.run(command, [Path("/a")], tmp_path, 0.5)).endswith("was ended after 0.5 s.")
        assert running()


@contextmanager
def left_behind(folder: Path) -> Iterator[Callable[[], bool]]:
    """Tells whether what a command left runs still, and ends it."""

    def signalled(number: int) -> bool:
        try:
            os.kill(int((folder / "left").read_text()), number)
        except ProcessLookupError:
            return False
        return True

    try:
        yield lambda: signalled(0)
    finally:
        signalled(signal.SIGKILL)


def test_of_a_command_that_says_much_the_last_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(hook, "MOST_BYTES", 100_000)
    # It ends as soon as what it said was done away with, or it would say no more than its number.
    talker = "import os\nwhile os.fstat(1).st_size < 200_000: print('on' * 9, flush=True)\n"
    talker += "while os.fstat(1).st_size: pass\nprint('no room')\nraise SystemExit(3)"
    assert str(hook.run(python(talker), [Path("/a")], tmp_path, 60)).endswith("failed with 3: no room.")


def test_where_there_is_no_room_for_what_it_says_it_is_run_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert hook.run(python(NOTE), [Path("/a")], tmp_path, 60) is None
    assert told(tmp_path) == [["/a"]]
    assert str(hook.run(python("raise SystemExit(4)"), [Path("/a")], tmp_path, 60)).endswith("failed with 4.")


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.mark.parametrize("full", ["feeds.opml", "index.html.gz"])
def test_it_is_told_also_of_what_was_written_before_something_failed(tmp_path: Path, site: Blog, full: str) -> None:
    config = Config(
        (FeedConfig("club", site.address),),
        out=tmp_path / "out",
        network=Network(allow_private=True),
        publish=Publish(python(NOTE), gzip=True),
        path=tmp_path / "config.yaml",
    )
    with Store.open(tmp_path / "store.db") as store, Fetcher(allow_private=True) as fetcher:
        updater = Updater(config, store, fetcher, lambda: START)
        updater.sync()
        list(updater.run(updater.claim(9)))
        (config.out / full).mkdir()
        with pytest.raises(PublishError, match=full):
            updater.settle()
        (config.out / full).rmdir()
        assert updater.settle().failed is None
    assert set(told(tmp_path)[0]) == {str(path) for path in config.out.iterdir() if path.is_file()}


def test_it_is_told_of_a_feed_as_a_whole_of_which_a_file_could_not_be_written(tmp_path: Path, site: Blog) -> None:
    config = Config(
        (FeedConfig("club", site.address),),
        out=tmp_path / "out",
        network=Network(allow_private=True),
        publish=Publish(python(NOTE)),
        path=tmp_path / "config.yaml",
    )
    in_the_way = config.out / "club.rss"
    in_the_way.mkdir(parents=True)
    with Store.open(tmp_path / "store.db") as store, Fetcher(allow_private=True) as fetcher:
        updater = Updater(config, store, fetcher, lambda: START)
        updater.sync()
        assert [report.unwritten for report in updater.run(updater.claim(9))] == [True]
        in_the_way.rmdir()
        updater.write_again()
        updater.settle()
    club = {str(path) for path in config.out.glob("club.*")}
    assert len(club) == 4 and club <= set(told(tmp_path)[0])


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
            *("index.html", "feeds.opml", "style.css", "favicon.ico", "_status.atom"),
        }
        updater.unsettled.set()
        assert updater.settle().failed is None
        assert len(told(tmp_path)) == 1  # nothing has changed since


def test_what_fails_is_run_again_ever_later_and_a_new_command_at_once(tmp_path: Path) -> None:
    now, path = [0.0], tmp_path / "club.atom"
    failing = Publish(python(f"{NOTE}; raise SystemExit('no route')"))
    config = Config((), out=tmp_path / "out", publish=failing, path=tmp_path / "config.yaml")
    pending = Pending(patience=Patience(lambda: now[0]))
    with Store.open(tmp_path / "store.db") as store, Fetcher() as fetcher:
        updater = Updater(config, store, fetcher, lambda: START, pending=pending)
        pending.put("club", [path])
        updater.unsettled.set()
        runs, begun = 0, list[float]()
        for now[0] in (0, 5, 29, 30, 35, 89, 90, 209, 210, 449, 450, 929, 930, 1529, 1530, 2129, 2130):
            assert "no route" in str(updater.settle().failed)  # it fails still, run or not
            if now[0] == 5:  # another feed changed, which is no reason to run it sooner
                updater.unsettled.set()
            if len(told(tmp_path)) > runs:
                runs = len(told(tmp_path))
                begun.append(now[0])
        assert begun == [0, 30, 90, 210, 450, 930, 1530, 2130]
        mended = replace(updater, config=replace(config, publish=Publish(python(NOTE))))
        mended.unsettled.set()
        assert mended.settle().failed is None
        assert str(path) in told(tmp_path)[-1]
        now[0] += 3600
        assert mended.settle().failed is None
        assert len(told(tmp_path)) == len(begun) + 1
