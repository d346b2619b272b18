"""Pictures as every reader shows them: one good address for each; spacers, counters and doubles go."""

import re

from scraper.dom import Element, Text
from scraper.srcset import FILE_END, PLACEHOLDER, best, wider

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
    "data-lazy",
    "data-lazy-original",
)
# What scripts put in the place of a `src` that is a small picture already.
SWAPPED = ("data-src", "data-lazy-src")
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
# A picture's address in an attribute that nobody has heard of.
PICTURE = re.compile(
    r"(?:https?:/)?/[^\s{}\"']{1,2000}\.(?:jpe?g|png|gif|webp|avif)(?:\?[^\s{}\"']{0,500})?", re.IGNORECASE
)
# A small, blurred rendition that an image server makes of the picture whose address it stands behind.
BLURRED = re.compile(r"^(.{1,1000}\.(?:jpe?g|png|gif|webp))/v1/[a-z]{1,10}/[^/]{0,300}\bblur_\d", re.IGNORECASE)
# A picture of this size, in pixels, counts visitors or keeps things apart.
SPACER = 2
TINY = re.compile(r"(?<![\w-])(?:width|height)\s{0,3}:\s{0,3}[12]px", re.IGNORECASE)
EMOJI_CHARS, SMILE = 12, re.compile(r"emoji|smil(?:ey|ie)|emoticon", re.IGNORECASE)
# Formats that not every reader shows.
NEW = re.compile(r"avif|hei[cf]|jxl", re.IGNORECASE)
# What an address says of a rendition's size, as in `boat-300x200.jpg`.
SIZE = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.\w+$)")
PICTURES = "img, amp-img, amp-anim"
PLAYERS = "iframe, video, audio"


def restored(root: Element) -> None:
    """Gives each picture below `root` its address, and takes those away that are none."""
    if hidden := root.select("noscript"):
        inside = {image for noscript in hidden for image in noscript.select("img")}
        shown = {_file(source(image) or "") for image in root.select("img") if image not in inside} - {""}
        for noscript in hidden:
            _unscripted(noscript, shown)
    for picture in root.select("picture:not(:has(img))"):
        picture.append(Element("img", {}))
    for image in root.select(PICTURES):
        if (alt := _emoji(image)) is not None:
            image.replace_with(Text(alt))
        elif _spacer(image) or not (address := source(image)) or _again(image, address):
            image.extract()
        else:
            image.tag = "img"
            image.attrs["src"] = address
            if image.attr("alt") is None:
                image.attrs["alt"] = ""


def _again(image: Element, address: str) -> bool:
    """Whether a picture stands right behind itself."""
    before = _beside(image, -1)
    return before is not None and before.tag == "img" and before.attr("src") == address


def _unscripted(noscript: Element, shown: set[str]) -> None:
    """What is shown without scripts, unless scripts show it beside; `shown` names the files of the page's pictures."""
    player = noscript.select_one(PLAYERS)
    picture = next((image for image in noscript.select("img") if not _spacer(image) and source(image)), None)
    if player is not None and picture is None:
        noscript.replace_with(player.extract())
        return
    if picture is None or _file(source(picture) or "") in shown:
        noscript.extract()
        return
    for beside in (_beside(noscript, -1), _beside(noscript, 1)):
        if beside is not None and (waiting := _only_picture(beside)) is not None and source(waiting) is None:
            beside.extract()  # what holds the picture's place until a script puts it there
            break
    noscript.replace_with(picture.extract())


def _beside(element: Element, step: int) -> Element | None:
    """The element right before another (-1), or right behind it (1), with no text between."""
    node = element
    while True:
        other = node.previous_sibling if step < 0 else node.next_sibling
        if isinstance(other, Element):
            return other
        if not isinstance(other, Text) or other.data.strip():
            return None
        node = other  # type: ignore[assignment]


def _only_picture(element: Element) -> Element | None:
    """The picture that an element is, or that is all there is in it."""
    if element.tag == "img":
        return element
    return element.select_one("img") if not element.text.strip() and len(element.select("img")) == 1 else None


def _file(source: str) -> str:
    """What stays the same in the addresses of one picture's renditions."""
    path = source.partition("?")[0]
    return SIZE.sub("", path) if FILE_END.search(path) else source


def _emoji(image: Element) -> str | None:
    """The character that a picture stands for: one that is no letter, or whatever the picture of a smile says."""
    alt = image.attr("alt") or ""
    if not 0 < len(alt) <= EMOJI_CHARS or any(c.isspace() for c in alt):
        return None
    smile = SMILE.search(image.attr("class") or "") is not None
    return alt if smile or (not alt.isascii() and not any(c.isalnum() for c in alt)) else None


def _spacer(image: Element) -> bool:
    sizes = (image.attr("width"), image.attr("height"))
    if any(size is not None and size.isdecimal() and len(size) < 3 and int(size) <= SPACER for size in sizes):
        return True
    style = image.attr("style")
    return style is not None and TINY.search(style) is not None


def source(image: Element) -> str | None:
    """The one address of a picture; None where there is only its place."""
    shown = (image.attr("src") or "").strip()
    if not PLACEHOLDER.search(shown):
        late = next((v for name in SWAPPED if (v := image.attr(name))), None)
        if late is None:
            return wider(shown, image.attr("srcset"))
        if FILE_END.search(late) and not PLACEHOLDER.search(late):
            shown = late.strip()
        return _widest(image, shown)
    real = next((v.strip() for name in LAZY if (v := image.attr(name)) and not PLACEHOLDER.search(v)), None)
    if real is not None:
        return _widest(image, real)
    real = next((v for name in LAZY_SETS if (v := best(image.attr(name)))), None)
    if real is None and isinstance(image.parent, Element) and image.parent.tag == "picture":
        sets = (s.attr(name) for s in _sources(image.parent) for name in ("srcset", "data-srcset"))
        real = next((v for said in sets if (v := best(said))), None)
    if real is None:
        data = (str(value) for name, value in image.attrs.items() if name.startswith("data-"))
        real = next((v for v in data if PICTURE.fullmatch(v) and not PLACEHOLDER.search(v)), None)
    if real is None and (blurred := BLURRED.match(shown)):
        real = blurred.group(1)
    return real


def _widest(image: Element, source: str) -> str:
    """An address, or a wider one of the sets that a script would have given to its picture."""
    return next((v for name in LAZY_SETS if (v := wider(source, image.attr(name))) != source), source)


def _sources(picture: Element) -> list[Element]:
    """What a picture is to be had as: first what every program shows, and what is not for small screens only."""
    return sorted(
        picture.select("source"),
        key=lambda source: (
            NEW.search(source.attr("type") or "") is not None,
            "max-width" in (source.attr("media") or ""),
        ),
    )
