"""Pictures and embeds as every reader shows them: one good address for each picture, a linked one for each player.

Lazy pictures get the address that a script would have given them; of several sizes one is taken; spacers and counters
go. Frames, players and formulas become links and text, since no reader keeps them.
"""

import re

from scraper import urls
from scraper.dom import Element, Text, fragment

# Where a picture's real address is when `src` only holds its place.
LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-pin-media",
    "data-hi-res-src",
    "data-orig-file",
    "data-url",
    "data-image",
)
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
PLACEHOLDER = re.compile(r"^data:|[,/_-]blur_\d|/(blank|spacer|placeholder|pixel|loading)\b[^/]*$|^$", re.IGNORECASE)
# A picture's address in an attribute that nobody has heard of.
PICTURE = re.compile(
    r"(?:https?:/)?/[^\s{}\"']{1,2000}\.(?:jpe?g|png|gif|webp|avif)(?:\?[^\s{}\"']{0,500})?", re.IGNORECASE
)
# A small, blurred rendition that an image server makes of the picture whose address it stands behind.
BLURRED = re.compile(r"^(.{1,1000}\.(?:jpe?g|png|gif|webp))/v1/[a-z]{1,10}/[^/]{0,300}\bblur_\d", re.IGNORECASE)
# Between two candidates of a srcset; a comma without white space belongs to an address.
COMMA, DESCRIPTOR = re.compile(r",\s+"), re.compile(r"(\d{1,6}(?:\.\d{1,6})?)[wx]")
# A picture narrower than this, in pixels, is replaced by a wider one of its srcset; none wider than WIDEST is taken
# where a smaller one would do: a reader's column is narrower.
GOOD, WIDEST = 640, 2000
# A picture of this size, in pixels, counts visitors or keeps things apart.
SPACER = 2
EMOJI_CHARS = 12
PICTURES = "img, amp-img, amp-anim"
EMBEDS = "iframe, embed, video, audio, amp-iframe, amp-video, amp-audio"
MACHINE_PARTS = "noscript, math, rt, picture, xmp, listing"


def restored(root: Element) -> None:
    """Gives each picture below `root` its address, and takes those away that are none."""
    for noscript in root.select("noscript"):
        _unscripted(noscript)
    for picture in root.select("picture:not(:has(img))"):
        picture.append(Element("img", {}))
    for image in root.select(PICTURES):
        if (alt := _emoji(image)) is not None:
            image.replace_with(Text(alt))
        elif _spacer(image) or not (source := _source(image)):
            image.extract()
        else:
            image.tag = "img"
            image.attrs["src"] = source
            if image.attr("alt") is None:
                image.attrs["alt"] = ""


def _unscripted(noscript: Element) -> None:
    """What is shown without scripts in place of what stands before it."""
    picture = noscript.select_one("img")
    before = noscript.previous_sibling
    while isinstance(before, Text) and not before.data.strip():
        before = before.previous_sibling
    if picture is None:
        noscript.extract()
        return
    if isinstance(before, Element) and (before.tag in ("img", "picture") or before.select_one("img")):
        before.extract()
    noscript.replace_with(picture.extract())


def _emoji(image: Element) -> str | None:
    """The character that a picture stands for: what it says instead is one that is no letter."""
    alt = image.attr("alt") or ""
    short = 0 < len(alt) <= EMOJI_CHARS and not alt.isascii()
    return alt if short and not any(c.isalnum() or c.isspace() for c in alt) else None


def _spacer(image: Element) -> bool:
    sizes = (image.attr("width"), image.attr("height"))
    return any(size is not None and size.isdecimal() and len(size) < 3 and int(size) <= SPACER for size in sizes)


def _source(image: Element) -> str | None:
    """The one address of a picture; None where there is only its place."""
    source = (image.attr("src") or "").strip()
    if not PLACEHOLDER.search(source):
        return _wider(source, image.attr("srcset"))
    real = next((v for name in LAZY if (v := image.attr(name)) and not PLACEHOLDER.search(v)), None)
    real = real or next((v for name in LAZY_SETS if (v := _best(image.attr(name)))), None)
    if real is None and isinstance(image.parent, Element) and image.parent.tag == "picture":
        sets = (s.attr(name) for s in image.parent.select("source") for name in ("srcset", "data-srcset"))
        real = next((v for said in sets if (v := _best(said))), None)
    if real is None:
        data = (str(value) for name, value in image.attrs.items() if name.startswith("data-"))
        real = next((v for v in data if PICTURE.fullmatch(v) and not PLACEHOLDER.search(v)), None)
    if real is None and (blurred := BLURRED.match(source)):
        real = blurred.group(1)
    return real


def _candidates(srcset: str | None) -> list[tuple[float, str]]:
    """Width and address of the candidates of a srcset (HTML, section 4.8.4.2.1); placeholders are none."""
    parts = [words for part in COMMA.split(srcset or "") if (words := part.split())]
    found = [(_width(words), words[0].rstrip(",")) for words in parts]
    return [(width, url) for width, url in found if not PLACEHOLDER.search(url)]


def _best(srcset: str | None) -> str | None:
    """The widest candidate of a srcset that is not too wide, or else the least wide."""
    candidates = _candidates(srcset)
    fitting = [each for each in candidates if each[0] <= WIDEST]
    if fitting:
        return max(fitting, key=lambda each: each[0])[1]
    return min(candidates, key=lambda each: each[0])[1] if candidates else None


def _wider(source: str, srcset: str | None) -> str:
    """`source`, or a better candidate where the srcset itself says that it is small."""
    if not srcset or source not in srcset:
        return source
    widths = {url: width for width, url in _candidates(srcset)}
    return _best(srcset) or source if 1 < widths.get(source, GOOD) < GOOD else source


def _width(candidate: list[str]) -> float:
    """What the descriptor of a candidate says, as in `large.jpg 800w`; 1 where it says nothing."""
    match = DESCRIPTOR.fullmatch(candidate[-1]) if len(candidate) > 1 else None
    return float(match.group(1)) if match else 1.0


def linked(root: Element, base: str) -> None:
    """Frames and players below `root` become links that lead there, with their picture where they have one."""
    for frame in root.select(EMBEDS):
        frame.tag = frame.tag.removeprefix("amp-")
        inner = frame.select_one("source[src], a[href]")
        waiting = fragment(frame.attr("srcdoc") or "") if frame.tag == "iframe" and frame.attr("srcdoc") else None
        link = waiting.select_one("a[href]") if waiting is not None else None
        named = (
            frame.attr("src"),
            frame.attr("data-src"),
            inner.attr("src") or inner.attr("href") if inner is not None else None,
            link.attr("href") if link is not None else None,
        )
        url = next((u for s in named if s and (u := urls.absolute(s, base))), None)
        if url is None:
            frame.extract()
            continue
        name = url.rpartition("/")[2] if frame.tag in ("video", "audio") else urls.site(url)
        text = frame.attr("title") or frame.attr("aria-label") or name
        still = frame.attr("poster") or frame.attr("data-poster")
        if still is None and link is not None and (image := link.select_one("img[src]")) is not None:
            still = image.attr("src")
        content = Element("img", {"src": still, "alt": text}) if still else Text(text)
        frame.replace_with(Element("p", {}, [Element("a", {"href": url}, [content])]))


def spelled(root: Element) -> None:
    """Formulas and readings as text, and old names for preformatted text as its new one."""
    for formula in root.select("math"):
        tex = formula.select_one("annotation[encoding='application/x-tex']")
        said = (tex.text if tex is not None else formula.attr("alttext")) or ""
        formula.replace_with(Element("code", {}, [Text(said.strip())]) if said.strip() else Text(formula.text.strip()))
    for reading in root.select("ruby:not(:has(rp)) rt"):
        reading.replace_with(Text(f"（{reading.text.strip()}）"))
    for old in root.select("xmp, listing"):
        old.tag = "pre"
