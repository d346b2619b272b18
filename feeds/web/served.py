"""A published file as an HTTP answer: validators that follow its bytes, and 304 for who has them."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response

MAX_AGE = 900
TYPE = "application/atom+xml; charset=utf-8"
CACHED_FILES = 1024


@dataclass(frozen=True, slots=True)
class Published:
    """A file's bytes with its validators (RFC 9110, section 8.8): the same in every process and after a restart."""

    content: bytes
    etag: str
    modified: int


def load(path: Path) -> Published | None:
    """The file as it is now, or None where there is none."""
    try:
        stat = path.lstat()
        return _read(path, stat.st_mtime_ns, stat.st_size, stat.st_ino) if path.is_file() else None
    except FileNotFoundError:
        return None


@lru_cache(CACHED_FILES)
def _read(path: Path, mtime_ns: int, _size: int, _inode: int) -> Published:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Published(content, f'"{digest}"', mtime_ns // 1_000_000_000)


def answer(found: Published, headers: Mapping[str, str]) -> Response:
    """200 with the bytes, or 304 where the client has them already."""
    common = {
        "ETag": found.etag,
        "Last-Modified": formatdate(min(found.modified, int(time.time())), usegmt=True),
        "Cache-Control": f"public, max-age={MAX_AGE}",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }
    if fresh(found, headers):
        return Response(status_code=304, headers=common)
    return Response(found.content, media_type=TYPE, headers=common)


def fresh(found: Published, headers: Mapping[str, str]) -> bool:
    """Whether the client's copy is this one. RFC 9110, section 13.2.2: If-None-Match wins over the date."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return any(tag.strip().removeprefix("W/") in ("*", found.etag) for tag in tags.split(","))
    try:
        return int(parsedate_to_datetime(headers["if-modified-since"]).timestamp()) >= found.modified
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
