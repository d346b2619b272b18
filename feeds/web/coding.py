"""How a body travels: plain, or packed where the client takes that (RFC 9110, section 12.5.3)."""

import gzip
import re
from functools import lru_cache

import brotli

PLAIN, GZIP, BROTLI = "identity", "gzip", "br"
ITEM = re.compile(r"\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
# gzip 9 makes nothing smaller that 6 does not; Brotli 5 makes a feed a tenth smaller than gzip 6, in a third more time
# (python bench/serve.py --packing).
GZIP_LEVEL, BROTLI_QUALITY = 6, 5


@lru_cache(maxsize=512)
def choose(accepted: str | None, offered: tuple[str, ...]) -> str:
    """The coding for a client that accepts this, of those `offered`, the best of them first.

    One with q=0 is never chosen. Plain is the answer where nothing else is wanted, even if that is not wanted either:
    a feed that can't be read is better than none.
    """
    if not accepted:
        return PLAIN
    wishes: dict[str, float] = {}
    for item in accepted.split(","):
        if match := ITEM.fullmatch(item):
            coding = match[1].lower().removeprefix("x-")  # section 8.4.1.3: x-gzip is gzip
            wishes[coding] = float(match[2] or 1)
    rest = wishes.get("*", 0.0)
    wanted = {coding: wishes.get(coding, rest) for coding in offered}
    best = max(wanted, key=wanted.__getitem__, default=PLAIN)
    return best if wanted.get(best, 0.0) > 0 and wanted[best] >= wishes.get(PLAIN, 0.0) else PLAIN


def pack(content: bytes, coding: str) -> bytes:
    """The content in a coding: the same bytes every time."""
    if coding == GZIP:
        return gzip.compress(content, GZIP_LEVEL, mtime=0)
    if coding == BROTLI:
        packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        return packed
    return content
