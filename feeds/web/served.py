"""A published file as an HTTP answer: validators that follow its bytes, and 304 for who has them."""

import hashlib
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from starlette.responses import Response

MAX_AGE = 900
TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Published:
    """A file's bytes with its validators (RFC 9110, section 8.8): the same in every process and after a restart."""

    content: bytes
    etag: str
    modified: int


def load(path: Path) -> Published | None:
    """The file as it is now; None where there is none, or something else such as a symbolic link."""
    try:
        with open(path, "rb", opener=_no_link) as file:
            found = os.fstat(file.fileno())  # of the file that is read, though another take its place meanwhile
            if not stat.S_ISREG(found.st_mode):
                return None
            content = file.read()
    except OSError:
        return None
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Published(content, f'"{digest}"', found.st_mtime_ns // 1_000_000_000)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


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
        since = parsedate_to_datetime(headers["if-modified-since"])
        return (since if since.tzinfo else since.replace(tzinfo=UTC)).timestamp() >= found.modified
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
