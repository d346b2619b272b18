"""Files in out/: whole or not at all, touched only when they differ, and always newer then."""

import fcntl
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feeds import publish
from feeds.errors import PublishError

ROOT = Path(__file__).parent.parent
LEFTOVER = ".feedwright-0123456789abcdef.tmp"
OLD, NEW = b"old" * 1_000_000, b"new" * 1_000_000

# Writes two contents in turn for ever, and says so after each.
WRITER = """
import sys
from pathlib import Path
from feeds import publish
while True:
    for content in (b"new", b"old"):
        publish.write(Path(sys.argv[1]), content * 1_000_000)
        print("written", flush=True)
"""

# Says what happens when the disk is full after 1,000 bytes.
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from feeds import publish
from feeds.errors import PublishError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    publish.write(Path(sys.argv[1]), b"new" * 1_000_000)
except PublishError as error:
    print(error)
"""


def python(program: str, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(path)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_new_file_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "out" / "club" / "feed.atom"
    assert publish.write(path, b"<feed/>")
    assert path.read_bytes() == b"<feed/>"
    assert [each.name for each in path.parent.iterdir()] == ["feed.atom"]


def test_everyone_may_read_it_as_far_as_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        publish.write(tmp_path / "feed.atom", b"<feed/>")
    finally:
        os.umask(before)
    assert (tmp_path / "feed.atom").stat().st_mode & 0o777 == 0o640


def test_unchanged_bytes_keep_the_file_and_its_mtime(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    publish.write(path, b"<feed/>")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    before = path.stat()
    assert not publish.write(path, b"<feed/>")
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_changed_bytes_are_newer_by_a_whole_second(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    publish.write(path, b"0")
    for content in (b"1", b"2", b"3"):
        before = int(path.stat().st_mtime)
        assert publish.write(path, content)
        assert int(path.stat().st_mtime) > before


def test_the_time_leads_the_clock_no_more_than_needed(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    publish.write(path, b"old")
    ahead = int(time.time()) + 1000
    os.utime(path, ns=(0, ahead * 10**9 + 999_999_999))
    publish.write(path, b"new")
    assert path.stat().st_mtime_ns == (ahead + 1) * 10**9


def test_where_the_clock_has_moved_on_the_time_is_the_clocks(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    publish.write(path, b"old")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    publish.write(path, b"new")
    assert abs(path.stat().st_mtime - time.time()) < 60


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "feed.atom", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"<feed/>")
    path.symlink_to(elsewhere)
    assert publish.write(path, b"<feed/>")
    assert not path.is_symlink() and path.read_bytes() == b"<feed/>"
    assert publish.write(path, b"<feed></feed>")
    assert elsewhere.read_bytes() == b"<feed/>"


@pytest.mark.parametrize("name", ["folder", "file/feed.atom", "x" * 300], ids=["a folder", "in a file", "too long"])
def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    path = tmp_path / name
    with pytest.raises(PublishError) as caught:
        publish.write(path, b"<feed/>")
    assert str(caught.value).startswith(f"{path} could not be written (")
    assert str(caught.value).endswith("; what stood there before still stands.")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    publish.write(path, OLD)
    said, _ = python(FULL_DISK, path).communicate()
    assert said == f"{path} could not be written (File too large); what stood there before still stands.\n"
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_process_never_tears_a_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    chance = random.Random(1)
    for _ in range(20):
        with python(WRITER, path) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            begun = time.perf_counter()
            writer.stdout.readline()
            one_write = time.perf_counter() - begun
            time.sleep(chance.random() * one_write)  # so that the kill comes somewhere within the next write
            writer.kill()
        assert path.read_bytes() in (OLD, NEW)
    left = len(list(tmp_path.iterdir())) - 1
    assert publish.remove_leftovers(tmp_path) == left
    assert list(tmp_path.iterdir()) == [path]


def test_leftovers_are_only_those_of_our_own(tmp_path: Path) -> None:
    others = [".feedwright-1.tmp", "feed.atom", LEFTOVER + "~", LEFTOVER.replace("0", "f")]
    for name in [LEFTOVER, *others[:-1]]:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / others[-1]).mkdir()
    assert publish.remove_leftovers(tmp_path) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(others)
    assert publish.remove_leftovers(tmp_path / "nowhere") == 0


def test_what_is_being_written_is_no_leftover(tmp_path: Path) -> None:
    with (tmp_path / LEFTOVER).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert publish.remove_leftovers(tmp_path) == 0
    assert publish.remove_leftovers(tmp_path) == 1


def test_leftovers_that_cannot_be_looked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PublishError, match="could not be tidied"):
        publish.remove_leftovers(tmp_path / "file")
