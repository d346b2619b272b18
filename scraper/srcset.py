"""The addresses of one picture in several sizes, and the best of them for a reader's column."""

import re

# An address that is no picture yet: it holds the place until a script puts the real one there.
PLACEHOLDER = re.compile(r"^data:|[,/_-]blur_\d|/(blank|spacer|placeholder|pixel|loading)\b[^/]*$|^$", re.IGNORECASE)
# An address with its descriptors, as in `large.jpg 800w` (HTML, section 4.8.4.2.1): a comma without white space belongs
# to an address, and so does white space without a descriptor behind it, which browsers refuse and people write. What
# is neither is passed at one go.
CANDIDATE = re.compile(r"(\S(?:[^ ,]++|[ ,])*?)(?: (\d{1,6}(?:\.\d{1,6})?)[wx](?: \d{1,6}h)? ?(?:,|$)|,{1,9} |,{0,9}$)")
# Where an address ends for sure.
FILE_END = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?\S{0,500})?$", re.IGNORECASE)
# No srcset that people or programs write is longer, in characters.
LONGEST = 20_000
# A picture narrower than this, in pixels, is replaced by a wider one of its srcset; none wider than WIDEST is taken
# where a smaller one would do: a reader's column is narrower.
GOOD, WIDEST = 640, 2000


def best(srcset: str | None) -> str | None:
    """The widest candidate of a srcset that is not too wide, or else the least wide."""
    return _best(_candidates(srcset))


def _best(candidates: list[tuple[float, str]]) -> str | None:
    fitting = [each for each in candidates if each[0] <= WIDEST]
    if fitting:
        return max(fitting, key=lambda each: each[0])[1]
    return min(candidates, key=lambda each: each[0])[1] if candidates else None


def wider(source: str, srcset: str | None) -> str:
    """`source`, or a better candidate where the srcset itself says that it is small."""
    if not srcset or source not in srcset:
        return source
    candidates = _candidates(srcset)
    widths = {url: width for width, url in candidates}
    return _best(candidates) or source if 1 < widths.get(source, GOOD) < GOOD else source


def _candidates(srcset: str | None) -> list[tuple[float, str]]:
    """Width and address of the candidates of a srcset; 1 where no width is said. Placeholders are none."""
    found = CANDIDATE.finditer(" ".join((srcset or "")[:LONGEST].split()))
    named = ((float(each[2] or 1), _address(each[1])) for each in found)
    return [(width, url) for width, url in named if not PLACEHOLDER.search(url)]


def _address(said: str) -> str:
    first = said.partition(" ")[0]
    return first.rstrip(",") if first == said or FILE_END.search(first) else said.replace(" ", "%20")
