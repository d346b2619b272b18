"""Articles that nobody should write, made by chance from a seed: what breaks XML, readers and browsers."""

import random
from datetime import UTC, datetime, timedelta, timezone

from feeds.model import Held, Source
from scraper.model import Article, Enclosure, Image

SOURCE = Source(1, "club", "https://club.example/news", "tag:feeds.example,2024:club", "")
PIECES = (
    "\x00",
    "\x08",
    "\x0b\x0c\x1f",
    "\x7f\x85\x9f",
    "\ud800",
    "\udfff",
    "\ud83d\ude00",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "]]>",
    "<![CDATA[ x ]]>",
    "<!--",
    "-->",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&a;",
    "&",
    "<",
    ">",
    "&amp;lt;",
    "&#0;",
    "&#x1;",
    "&#xD800;",
    "&#x110000;",
    "\"'`",
    "\r\n",
    "\r",
    "\t",
    "\u2028",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\u202a\u2066",
    "مرحبا بالعالم",
    "שלום",
    "😀👩‍👩‍👧",
    "e\u0301\u0301\u0301",
    "漢字",
    "𝕏",
    "ﷺ",
    "x" * 5000,
    "word " * 300,
    "<script>boo()</script>",
    "<img src=x onerror=boo()>",
    "<a href='javascript:boo()'>a</a>",
    "<a href='java\x01script:boo()'>b</a>",
    "<a href=' &#1;javascript:boo()'>c</a>",
    "<svg onload=boo()>",
    "<math><mtext><style><img src onerror=boo()>",
    "<iframe srcdoc='<script>boo()</script>'>",
    "<style>@import 'https://evil.example/'</style>",
    "<p style='x:expression(boo())'>",
    "<a href='data:text/html,<script>boo()</script>'>d</a>",
    "<img src='https://club.example/a.png' alt='\"><script>boo()</script>'>",
    "<form action='https://evil.example/'><button>e</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<p>",
    "</p>",
    "</div></div>",
    "<table><td>",
    "<ul><li>",
    "<b><i></b></i>",
    "<a href='#x'>f</a>",
    "<a href='/relative'>g</a>",
    "<a href='//evil.example/h'>h</a>",
    "<a href='http://['>i</a>",
    "<p dir=rtl>",
    "<plaintext>",
    "<textarea>",
    "<title>",
    "<noscript>",
    "<xmp>",
    "<select>",
    "<template>",
    "<p title='a\nb' lang='x y'>",
    "",
)
ADDRESSES = (
    "https://club.example/1",
    "https://club.example/?a=1&b=<2>",
    "http://club.example:8080/ä/ö",
    "https://xn--strae-oqa.example/",
    "javascript:boo()",
    "data:text/html,x",
    "/relative",
    "",
    "https://",
    "http://[",
    "https://club.example/a b",
    "https://x:99999/",
    "ftp://club.example/",
    "https://club.example/\x00",
    "https://club.example/\ud800",
    "https://club.example/" + "x" * 3000,
)
IDS = ("", "\x00", "no address", "x:", "https://club.example/1", "tag:feeds.example,2024:\x01")


def text(chance: random.Random) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.choice((0, 1, 1, 2, 3, 8))))


def address(chance: random.Random) -> str:
    return chance.choice(ADDRESSES) if chance.random() < 0.3 else f"https://club.example/{chance.randrange(10**9)}"


def moment(chance: random.Random) -> datetime:
    """From the first year to the last, in odd zones, and sometimes in none."""
    kind = chance.random()
    year = chance.choice((1, 1899, 1900, 1970, 2038, 9999)) if kind < 0.1 else chance.randrange(1995, 2030)
    zone = None if kind > 0.97 else timezone(timedelta(seconds=chance.choice((0, 3600, -43200, 20707, 50400))))
    day = datetime(year, chance.randrange(1, 13), chance.randrange(1, 29), chance.randrange(24), microsecond=999_999)
    return day.replace(tzinfo=UTC if year in (1, 9999) else zone)


def held(chance: random.Random, number: int) -> Held:
    article = Article(
        url=address(chance),
        title=text(chance) if chance.random() < 0.9 else None,
        html=text(chance),
        text=text(chance),
        authors=tuple(text(chance) for _ in range(chance.randrange(3))),
        language=chance.choice((None, "en", "ar", "no language", "\x00", "x-y")),
        image=Image(address(chance), chance.choice((None, 0, -1, 16))) if chance.random() < 0.3 else None,
        tags=tuple(text(chance) for _ in range(chance.randrange(3))),
        summary=text(chance) if chance.random() < 0.5 else None,
        enclosures=tuple(
            Enclosure(address(chance), text(chance), chance.choice((None, 0, 7))) for _ in range(chance.randrange(3))
        ),
    )
    entry_id = chance.choice(IDS) if chance.random() < 0.1 else f"tag:feeds.example,2024:{number}"
    published = moment(chance)
    updated = published if chance.random() < 0.8 else moment(chance)
    if updated.tzinfo is None or published.tzinfo is None:
        published = updated = published.replace(tzinfo=None)
    return Held(entry_id, article, published, updated, datetime(2024, 1, 1, tzinfo=UTC), "")
