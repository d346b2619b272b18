"""Frames and players, which no reader keeps, become links that lead there, with their picture where they have one."""

import re
from urllib.parse import unquote

from scraper import urls
from scraper.dom import Element, Text, fragment

EMBEDS = "iframe, embed, object, video, audio, amp-iframe, amp-video, amp-audio"
# What plays everywhere, of several files with the same film.
COMMON = re.compile(r"\.(?:mp4|m4v|mp3|m4a)(?:[?#]|$)", re.IGNORECASE)
# What an <object> shows without a plug-in.
FILES = re.compile(r"\.(?:pdf|mp4|m4v|webm|mp3|m4a|ogg)(?:[?#]|$)", re.IGNORECASE)
# Addresses of players that show an error outside a frame → the page for people, and its still where there is one.
PUBLIC = (
    (
        re.compile(
            r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/(?!videoseries)([\w-]{11})(?:[/?&#].*)?"
        ),
        "https://www.youtube.com/watch?v={}",
        "https://i.ytimg.com/vi/{}/hqdefault.jpg",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d{1,12})(?:[/?#].*)?"), "https://vimeo.com/{}", None),
    (
        re.compile(r"https?://(?:www\.)?dailymotion\.com/embed/video/(\w{1,20})(?:[/?#].*)?"),
        "https://www.dailymotion.com/video/{}",
        None,
    ),
    (
        re.compile(r"https?://open\.spotify\.com/embed/(\w{1,20}/\w{1,40})(?:[/?#].*)?"),
        "https://open.spotify.com/{}",
        None,
    ),
)


def linked(root: Element, base: str) -> None:
    """Makes a link of each frame and player below `root`; takes those away that lead nowhere."""
    for frame in root.select(EMBEDS):
        frame.tag = frame.tag.removeprefix("amp-")
        waiting = fragment(frame.attr("srcdoc") or "") if frame.tag == "iframe" and frame.attr("srcdoc") else None
        link = waiting.select_one("a[href]") if waiting is not None else None
        named = _named(frame) if link is None else (*_named(frame), link.attr("href"))
        url = next((u for s in named if s and (u := urls.absolute(s, base))), None)
        page, known = _public(url) if url is not None else ("", None)
        if url is None or (frame.tag == "object" and page == url and not FILES.search(url)):
            frame.extract()
            continue
        still = frame.attr("poster") or frame.attr("data-poster")
        if still is None and link is not None and (image := link.select_one("img[src]")) is not None:
            still = image.attr("src")
        still = still or known
        text = frame.attr("title") or frame.attr("aria-label") or _name(frame, url)
        content = Element("img", {"src": still, "alt": text}) if still else Text(text)
        frame.replace_with(Element("p", {}, [Element("a", {"href": page}, [content])]))


def _named(frame: Element) -> tuple[str | None, ...]:
    """The addresses that a frame names, the likeliest first."""
    files = [source.attr("src") for source in frame.select("source[src]")]
    files.sort(key=lambda src: COMMON.search(src or "") is None)
    inner = frame.select_one("embed[src], iframe[src], a[href]")
    inside = (inner.attr("src") or inner.attr("href")) if inner is not None else None
    return frame.attr("src"), frame.attr("data-src"), frame.attr("data"), *files[:1], inside


def _name(frame: Element, url: str) -> str:
    file = unquote(url.partition("?")[0].rpartition("/")[2])
    return file if file and frame.tag in ("video", "audio", "object") else urls.site(url)


def _public(url: str) -> tuple[str, str | None]:
    """The page for people of what a player at `url` shows, and the address of its still."""
    for player, page, still in PUBLIC:
        if match := player.fullmatch(url):
            return page.format(match[1]), still.format(match[1]) if still else None
    return url, None
