"""A feed for who opens its address in a browser: the same document with a style sheet, and links that can be clicked.

Browsers show a feed as bare XML or save it to disk, and no feed reader asks as they do (`Sec-Fetch-Dest: document`).
CSS alone can neither make a link of an address nor take markup out of text, so the head, the titles and the beginnings
of the texts are put in once more, as XHTML; the feed's own elements all stay, and a reader would read the same.
"""

import re
from pathlib import Path

from lxml import etree, html

from feeds.web.names import Name

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "http://www.w3.org/1999/xhtml"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
# Of an article's text so many characters are shown: three lines or four.
BEGINNING = 280
SHEET = "feed.css"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
WHAT = "This is a feed."
HOW = "Give its address to a feed reader, and every new article comes to you."
DAY = re.compile(r"\d{4}-\d\d-\d\d")
RSS_DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")


def page(folder: str, name: Name, content: bytes) -> bytes:
    """The document that a browser shows well. What is no well-formed feed comes back as it is."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return content
    up = "../" * name.path.count("/")
    readable = name.path.rpartition(".")[0] + ".html"
    atom = root.tag == f"{ATOM}feed"
    feed = root if atom else root.find("channel")
    if feed is None:
        return content
    for entry in feed.iterfind(f"{ATOM}entry" if atom else "item"):
        entry.insert(0, _atom_entry(entry) if atom else _rss_entry(entry))
    link = up + readable if Path(folder, readable).is_file() else None
    feed.insert(0, _head(feed.findtext(f"{ATOM}title" if atom else "title"), link))
    etree.cleanup_namespaces(root, top_nsmap={"h": XHTML})
    sheet = etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{up}{SHEET}"')
    root.addprevious(sheet)
    made: bytes = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=False)
    return DECLARATION + made


def _head(title: str | None, readable: str | None) -> etree._Element:
    head = _element("header")
    head.append(_element("meta", name="viewport", content="width=device-width, initial-scale=1"))
    head.append(_element("h1", title, dir="auto"))
    about = _element("p")
    about.append(_element("strong", WHAT))
    about[-1].tail = f" {HOW}"
    head.append(about)
    if readable:
        way = _element("p")
        way.append(_element("a", "Read it here", href=readable))
        head.append(way)
    return head


def _atom_entry(entry: etree._Element) -> etree._Element:
    links = entry.iterfind(f"{ATOM}link")
    href = next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)
    found = DAY.match(entry.findtext(f"{ATOM}published") or entry.findtext(f"{ATOM}updated") or "")
    feed = entry.findtext(f"{ATOM}source/{ATOM}title")
    text = entry.findtext(f"{ATOM}summary") or _plain(entry.findtext(f"{ATOM}content"))
    return _shown(entry.findtext(f"{ATOM}title"), href, _about(found, feed), text)


def _rss_entry(item: etree._Element) -> etree._Element:
    found = RSS_DAY.search(item.findtext("pubDate") or "")
    text = _plain(item.findtext("description") or item.findtext(CONTENT))
    about = _about(found, _plain(item.findtext("source")))
    return _shown(_plain(item.findtext("title")), item.findtext("link"), about, text)


def _about(day: re.Match[str] | None, feed: str | None) -> str | None:
    """The day of an entry, and the feed that it is of in one that is merged."""
    return " · ".join(filter(None, (day and day[0], feed))) or None


def _shown(title: str | None, href: str | None, about: str | None, text: str | None) -> etree._Element:
    shown = _element("section", dir="auto")
    heading = _element("h2")
    safe = href if href and href.startswith(("https://", "http://")) else None
    heading.append(_element("a", title or href, href=safe))
    shown.append(heading)
    if about:
        shown.append(_element("small", about))
    if beginning := _beginning(text or ""):
        shown.append(_element("p", beginning))
    return shown


def _element(tag: str, text: str | None = None, **attributes: str | None) -> etree._Element:
    made = etree.Element(f"{{{XHTML}}}{tag}", {k: v for k, v in attributes.items() if v}, nsmap={"h": XHTML})
    made.text = text
    return made


def _plain(markup: str | None) -> str:
    if not markup or not markup.strip():
        return ""
    text: str = html.fragment_fromstring(markup, create_parent="div").text_content()
    return text


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= BEGINNING:
        return words
    whole, _, _ = words[:BEGINNING].rpartition(" ")
    return (whole or words[: BEGINNING - 1]).rstrip(" ,;:–—-") + " …"
