"""The JSON in a page's <script>s of linked data, read as leniently as pages write it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scraper.dom import Tree

SCRIPTS = "script[type^='application/ld+json' i]"
# More scripts, or longer ones, than any honest page has.
MOST, LONGEST = 200, 5_000_000
# Where a value begins that says something; comments and CDATA marks of an older HTML may stand before it.
VALUE = re.compile(r"(?<!<!)(?<!CDATA)[\[{]")
TRAILING_COMMA = re.compile(r",(?=\s*[\]}])")
# Line breaks and tabs inside strings are no JSON, and stand in texts of articles all the same.
DECODER = json.JSONDecoder(strict=False)


def values(tree: Tree) -> list[Any]:
    """The values of the page's linked data, in order; one that can't be read is left out."""
    return [v for script in tree.document.select(SCRIPTS)[:MOST] for v in _values(script.text)]


def _values(text: str, *, mended: bool = False) -> Iterator[Any]:
    """All values in one script: some pages write several, one after the other."""
    here = 0
    if len(text) > LONGEST:
        return
    while start := VALUE.search(text, here):
        try:
            value, here = DECODER.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            if not mended:
                yield from _values(TRAILING_COMMA.sub("", text[start.start() :]), mended=True)
            return
        yield value
