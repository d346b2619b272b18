"""The published files as they stand now, with what is told of each: read once, packed once, looked at every time.

A file that another process puts in another's place is seen at the next request.
"""

import asyncio
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from feeds.web import coding
from feeds.web.names import Name

# So many bytes of bodies are kept in memory, the last asked for. What is told of a file that is not among them, and
# whether a client has it, is known without it: 10,000 feeds of 20 kB keep to 200 MB (python bench/serve.py).
ROOM = 64 * 1024 * 1024
# Files of which that much is known; each takes some 2 kB.
MOST_FILES = 32_768
# Threads that read and pack, and how many requests may wait for one of them: the rest is told to come back.
READERS, MOST_WAITING = 4, 512
# A file dated further ahead is not ours: publishing never runs ahead of the clock by more than a second.
AHEAD = 1.5

Key = tuple[str, bool]
Signature = tuple[int, int, int, int]
Body = tuple["Document", bytes]


class Crowded(Exception):
    """More requests wait for files to be read than is good for any of them."""


@dataclass(frozen=True, slots=True)
class Document:
    """One representation of a file: what it is, whole (RFC 9110, section 8.8). `digest` and `modified` are its
    validators, the same in every process and after a restart; `told` keeps what is made of them."""

    signature: Signature
    digest: str
    modified: int
    told: dict[str, object] = field(default_factory=dict, compare=False)


class Shelf:
    """Files below a folder, for the thread of one event loop. `styled` makes a page for browsers of a feed's bytes."""

    def __init__(self, styled: Callable[[str, Name, bytes], bytes], clock: Callable[[], float]) -> None:
        self._styled = styled
        self._clock = clock
        self._room = ROOM
        self._documents: OrderedDict[Key, Document] = OrderedDict()
        self._bodies: OrderedDict[tuple[Key, str], Body] = OrderedDict()
        self._weight = 0
        self._reading: dict[tuple[Key, str], asyncio.Future[Body | None]] = {}
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="shelf")

    async def document(self, folder: str, name: Name, *, styled: bool, packed: str) -> Document | None:
        """What stands there; None where there is nothing, or something else than a file, such as a link.

        `packed` is the coding that will be wanted. A file dated into the next second is told of when that has come.
        Raises Crowded.
        """
        known = self.known(folder, name, styled=styled)
        if known is None:
            body = await self._read(folder, name, (name.path, styled), packed)
            known = body and body[0]
        while known is not None and (ahead := known.modified - self._clock()) > 0:
            await asyncio.sleep(ahead)  # by another clock, to which it may be a little sooner
        return known

    def known(self, folder: str, name: Name, *, styled: bool) -> Document | None:
        """The same if that needs no reading."""
        key = (name.path, styled)
        known = self._documents.get(key)
        if known is None or known.signature != standing(f"{folder}/{name.path}"):
            return None
        self._documents.move_to_end(key)
        return known

    async def body(self, folder: str, name: Name, *, styled: bool, packed: str) -> Body | None:
        """The bytes in a coding, with the document that they are of: a later one, maybe. Raises Crowded."""
        key = (name.path, styled)
        found = self._bodies.get((key, packed))
        if found is not None and found[0] == self._documents.get(key):
            self._bodies.move_to_end((key, packed))
            return found
        return await self._read(folder, name, key, packed)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _read(self, folder: str, name: Name, key: Key, packed: str) -> Body | None:
        """Read and pack in a thread of ours: once, however many ask for it at the same time."""
        running = self._reading.get((key, packed))
        if running is None:
            if len(self._reading) >= MOST_WAITING:
                raise Crowded
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._pool, self._made, folder, name, key[1], packed)
            self._reading[key, packed] = running
            running.add_done_callback(lambda _: self._reading.pop((key, packed), None))
        # One who goes away must not take the answer from the others.
        made = await asyncio.shield(running)
        return made and self._kept(key, packed, made)

    def _made(self, folder: str, name: Name, styled: bool, packed: str) -> Body | None:
        read = load(folder, name.path)
        if read is None:
            return None
        signature, content = read
        if styled:
            content = self._styled(folder, name, content)
        digest = hashlib.sha256(content).hexdigest()[:32]
        return Document(signature, digest, self._dated(signature)), coding.pack(content, packed)

    def _dated(self, signature: Signature) -> int:
        modified, now = signature[1] // 1_000_000_000, self._clock()
        return modified if modified - now <= AHEAD else int(now)

    def _kept(self, key: Key, packed: str, made: Body) -> Body:
        document, content = made
        before = self._documents.get(key)
        if before is not None:
            if before.digest == document.digest:
                document = replace(document, modified=before.modified)
            elif before.modified >= document.modified:  # whoever wrote it did not do so as we do
                document = replace(document, modified=before.modified + 1)
            if before == document:
                document = before
        self._documents[key] = document
        self._documents.move_to_end(key)
        if len(self._documents) > MOST_FILES:
            self._documents.popitem(last=False)
        old = self._bodies.pop((key, packed), None)
        self._weight += len(content) - (len(old[1]) if old else 0)
        self._bodies[key, packed] = document, content
        while self._weight > self._room and self._bodies:
            _, (_, dropped) = self._bodies.popitem(last=False)
            self._weight -= len(dropped)
        return document, content


def standing(path: str) -> Signature | None:
    """What tells a file from the one that stood there before; None where there is no plain file."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return _signature(found) if stat.S_ISREG(found.st_mode) else None


def load(folder: str, path: str) -> tuple[Signature, bytes] | None:
    """The file as it is now, with its signature; no link is followed below the folder."""
    inner, _, last = path.rpartition("/")
    try:
        where = os.open(f"{folder}/{inner}", os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if inner else 0))
        try:
            opened = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=where)
        finally:
            os.close(where)
        with os.fdopen(opened, "rb") as file:
            found = os.fstat(opened)  # of the file that is read, though another take its place meanwhile
            return (_signature(found), file.read()) if stat.S_ISREG(found.st_mode) else None
    except OSError:
        return None


def _signature(found: os.stat_result) -> Signature:
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_ctime_ns
