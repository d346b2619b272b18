"""Pages are kept whole, once, for their owner alone; a damaged file is no page."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import Archive
from tests.evil import zstandard

CONTENTS = [b"", b"<p>One", bytes(range(256)) * 999, "<p>Käse 芝士".encode("utf-16")]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "pages")


def files(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", CONTENTS)
def test_what_is_put_comes_back_byte_for_byte(archive: Archive, content: bytes) -> None:
    packed = archive.put(7, content)
    assert packed.size == len(content)
    assert archive.get(7, packed.digest, packed.size) == content
    assert [path.stat().st_size for path in files(archive)] == [packed.packed]


def test_the_same_content_lies_there_once(archive: Archive) -> None:
    first = archive.put(7, b"x" * 9999)
    before = files(archive)[0].stat().st_ino
    assert archive.put(7, b"x" * 9999) == first
    assert [path.stat().st_ino for path in files(archive)] == [before]
    assert first.packed < 100


def test_nobody_else_may_read_it(archive: Archive) -> None:
    archive.put(7, b"for members")
    (path,) = files(archive)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [b"", b"no zstd", zstandard(b"other"), zstandard(b"\0" * 10**8)])
def test_a_damaged_file_is_no_page(archive: Archive, damage: bytes) -> None:
    packed = archive.put(7, b"<p>One</p>" * 100)
    files(archive)[0].write_bytes(damage)
    assert archive.get(7, packed.digest, packed.size) is None
    archive.remove(7, packed.digest)
    assert archive.get(7, packed.digest, packed.size) is None
    archive.remove(7, packed.digest)


def test_what_nobody_wants_is_swept_away_once_it_is_old(archive: Archive) -> None:
    wanted, unwanted = archive.put(7, b"wanted"), archive.put(7, b"unwanted")
    archive.put(8, b"of another source")
    (archive.folder / "7" / ".0123456789abcdef.tmp").write_bytes(b"half")
    (archive.folder / "7" / "notes.txt").write_text("not ours")
    (archive.folder / "elsewhere").mkdir()
    assert archive.sources() == (7, 8)
    now = datetime.now(UTC)
    assert archive.sweep(7, {wanted.digest}, now - timedelta(days=1)) == 0
    assert archive.sweep(7, {wanted.digest}, now + timedelta(days=1)) == 2
    assert archive.get(7, unwanted.digest, unwanted.size) is None
    assert archive.get(7, wanted.digest, wanted.size) == b"wanted"
    assert (archive.folder / "7" / "notes.txt").exists()
    assert archive.sweep(8, (), now + timedelta(days=1)) == 1
    assert archive.sources() == (7,)


def test_an_archive_that_was_never_used_is_empty(archive: Archive) -> None:
    assert archive.sources() == ()
    assert archive.get(7, "0" * 64, 1) is None
    archive.remove(7, "0" * 64)
