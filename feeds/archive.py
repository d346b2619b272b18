"""Pages as they came, packed, each content once for a source: files in a folder. The door to zstd."""

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Packs pages to a fifth or sixth for 3 to 4 % of what it costs to read them; level 6 saves 7 % of the room for four
# times the time (`bench/keeping.py FOLDER --set wcxb`, `--set fundus`).
LEVEL = 3
_NAME = re.compile(r"([0-9a-f]{64})\.zst")
_SOURCE = re.compile(r"[0-9]{1,19}")
_LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.tmp")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of one content: the digest that it is found by, and its sizes in bytes, as it came and packed."""

    digest: str
    size: int
    packed: int


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder is made when the first page is kept, and only its owner may read it: pages may be for members."""

    folder: Path

    def put(self, source_id: int, content: bytes) -> Packed:
        """Keep a content. One that is there already is not written again. Raises OSError."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(source_id, digest)
        try:
            os.utime(path)  # it is wanted: who sweeps leaves it for now
            return Packed(digest, len(content), path.stat().st_size)
        except FileNotFoundError:
            packed = zstd.compress(content, LEVEL)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            # Not synced: what a power cut tears is told by its digest, and a page can be fetched again.
            with os.fdopen(os.open(beside, _NEW_FILE, 0o600), "wb") as file:
                file.write(packed)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return Packed(digest, len(content), len(packed))

    def get(self, source_id: int, digest: str, size: int) -> bytes | None:
        """The content of `size` bytes; None where its file is gone or is no longer what it was. Raises OSError."""
        try:
            packed = self._path(source_id, digest).read_bytes()
            content = zstd.ZstdDecompressor().decompress(packed, max_length=size + 1)
        except (FileNotFoundError, zstd.ZstdError):
            return None
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def remove(self, source_id: int, digest: str) -> None:
        """Raises OSError."""
        self._path(source_id, digest).unlink(missing_ok=True)

    def sources(self) -> tuple[int, ...]:
        """The sources of which anything lies there. Raises OSError."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(int(below.name) for below in self.folder.iterdir() if _SOURCE.fullmatch(below.name)))

    def sweep(self, source_id: int, wanted: Collection[str], before: datetime) -> int:
        """Delete what is not wanted and has lain there since `before`, and count it. Raises OSError.

        What is newer may be of a run that is not saved yet.
        """
        folder, swept = self.folder / str(source_id), 0
        for path in sorted(folder.iterdir()):
            name = _NAME.fullmatch(path.name)
            ours = name is not None or _LEFTOVER.fullmatch(path.name) is not None
            if ours and (name is None or name[1] not in wanted) and _changed(path) < before:
                path.unlink(missing_ok=True)
                swept += 1
        with suppress(OSError):  # most folders are not empty
            folder.rmdir()
        return swept

    def _path(self, source_id: int, digest: str) -> Path:
        return self.folder / str(source_id) / f"{digest}.zst"


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
