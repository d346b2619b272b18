"""Compressed bytes → bytes, never more than a limit, and never less than was sent."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import brotli

# One layer is normal, two are a misconfigured proxy, more are an attack.
MOST_LAYERS = 2
# How much is unpacked at a time, in bytes: the memory that a bomb can cost, a layer.
STEP = 256 * 1024
# Each part of a gzip costs the same however little is in it: 10 MB can hold half a million that are empty.
MOST_MEMBERS = 10_000
KNOWN = frozenset(("gzip", "x-gzip", "deflate", "br", "identity", ""))


class TooMuch(Exception):
    """The body unpacks to more than the limit."""


class Broken(Exception):
    """The body is not what its Content-Encoding says, or ends before its end."""


class Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None:
        """Raises Broken where the end is missing."""
        ...


def decoded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body behind `chunks`, sent with this Content-Encoding. Raises TooMuch and Broken.

    At most `limit` bytes are taken from the wire, and at most `limit` bytes come out, of each layer.
    """
    return b"".join(_unpacked(chunks, encoding, limit))


def beginning(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """As `decoded`, but what is larger is cut off at `limit`."""
    pieces: list[bytes] = []
    try:
        for piece in _unpacked(chunks, encoding, limit):
            pieces.append(piece)  # one by one: what came before the error is kept
    except TooMuch:
        pass
    return b"".join(pieces)


def _unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    layers = [layer.strip().lower() for layer in encoding.split(",")]
    layers = [layer for layer in layers if layer not in ("identity", "")]
    if len(layers) > MOST_LAYERS:
        raise Broken(f"it is compressed {len(layers)} times")
    unknown = [layer for layer in layers if layer not in KNOWN]
    if unknown:
        raise Broken(f"it is compressed with {unknown[0][:20]}, which was not asked for")
    decoders: list[Decoder] = [_Brotli() if layer == "br" else _Zlib(layer) for layer in reversed(layers)]
    stream: Iterator[bytes] = _capped(iter(chunks), limit)
    for decoder in decoders:
        stream = _capped(_through(decoder, stream), limit)
    return stream


def _capped(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """As many bytes as the limit allows; where there are more, TooMuch is raised after them."""
    left = limit
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk)
        if left < 0:
            raise TooMuch


def _through(decoder: Decoder, chunks: Iterator[bytes]) -> Iterator[bytes]:
    empty = True
    for chunk in chunks:
        empty = empty and not chunk
        yield from decoder.feed(chunk)
    if not empty:
        decoder.finish()


class _Zlib:
    """gzip, with as many members as there are, and deflate, with its header or (as some send it) without."""

    def __init__(self, name: str) -> None:
        self._gzip = name.endswith("gzip")
        self._inner = zlib.decompressobj(31 if self._gzip else 15)
        self._begun = False
        self._head = b""
        self._members = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._begun:
            data = self._head + data
            if len(data) < 2:  # a header of zlib's is known by two bytes
                self._head = data
                return
        piece = b""
        while data or len(piece) == STEP:  # a full piece may have more behind it, without more data
            if self._inner.eof:
                data = data.lstrip(b"\0") if self._gzip else b""
                if not data:
                    return  # padding, or something that no longer belongs to the body
                self._members += 1
                if self._members > MOST_MEMBERS:
                    raise Broken(f"it is compressed in more than {MOST_MEMBERS:,} parts")
                self._inner = zlib.decompressobj(31)
            try:
                piece = self._inner.decompress(data, STEP)
            except zlib.error as error:
                if self._gzip or self._begun:
                    raise Broken(f"its compression is broken ({error})") from error
                self._inner, self._begun = zlib.decompressobj(-15), True
                continue
            self._begun = True
            data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            if piece:
                yield piece

    def finish(self) -> None:
        if not self._inner.eof:
            raise Broken("it ends before its compressed end")


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            piece = self._inner.process(data, output_buffer_limit=STEP)
            # As with zlib, a full piece may have more behind it, if only the end.
            while len(piece) >= STEP or not (self._inner.can_accept_more_data() or self._inner.is_finished()):
                yield piece
                piece = self._inner.process(b"", output_buffer_limit=STEP)
            if piece:
                yield piece
        except brotli.error as error:
            raise Broken(f"its compression is broken ({error})") from error

    def finish(self) -> None:
        if not self._inner.is_finished():
            raise Broken("it ends before its compressed end")
