"""A published file as an HTTP answer: its headers, and whether there is anything to send."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate

from feeds.web.names import Name
from feeds.web.shelf import Document

Headers = list[tuple[bytes, bytes]]

# What a browser may do with a page of ours: show it, with pictures from anywhere.
POLICY = (
    b"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src https: http: data:; media-src https: http:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = ((b"access-control-allow-origin", b"*"), (b"x-content-type-options", b"nosniff"))
EXPOSED = (b"access-control-expose-headers", b"ETag, Link")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Heads:
    """The headers of a representation in one coding, for the answers 200 and 304; those of 304 also as they travel."""

    etag: str
    whole: Headers
    unchanged: Headers
    lines: bytes


def heads(
    name: Name, document: Document, coding: str, *, styled: bool, max_age: int, link: bytes | None, private: bool
) -> Heads:
    """All that a 304 says, a 200 says too (RFC 9110, section 15.4.5)."""
    etag = f'"{document.digest}"' if coding == "identity" else f'"{document.digest}-{coding}"'
    vary = b"Accept-Encoding, Sec-Fetch-Dest" if name.styled else b"Accept-Encoding"
    shared = [
        (b"etag", etag.encode()),
        (b"last-modified", formatdate(document.modified, usegmt=True).encode()),
        (b"cache-control", b"%s, max-age=%d" % (b"private" if private else b"public", max_age)),
        (b"vary", vary),
        *ALWAYS,
    ]
    if link:
        shared.append((b"link", link))
    kind = "application/xml; charset=utf-8" if styled else name.type
    whole = [(b"content-type", kind.encode()), *shared, EXPOSED]
    if coding != "identity":
        whole.append((b"content-encoding", coding.encode()))
    if private:
        whole.append((b"referrer-policy", b"no-referrer"))  # the address may hold the token
    if styled or name.kind == "html":
        whole.append((b"content-security-policy", POLICY))
    return Heads(etag, whole, shared, b"".join(b"%s: %s\r\n" % header for header in shared))


def links(hubs: Iterable[str], own: str) -> bytes | None:
    """Where a feed is, and who pushes it (WebSub, section 4); nothing where nobody does."""
    said = [f'<{hub}>; rel="hub"' for hub in hubs]
    return ", ".join([*said, f'<{own}>; rel="self"']).encode() if said else None


def text(status: int, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> Answer:
    """A short answer for people."""
    body = f"{sentence}\n".encode()
    return Answer(status, [(b"content-type", b"text/plain; charset=utf-8"), *ALWAYS, *headers], body)


def later(status: int, sentence: str, seconds: int) -> Answer:
    """Come again, in whole seconds: some readers know no other form of Retry-After."""
    return text(status, sentence, [(b"retry-after", b"%d" % seconds), (b"cache-control", b"no-cache")])
