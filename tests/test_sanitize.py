"""What leaves the scraper can't act, whoever wrote it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import dom, sanitize

# Each tries to have `boo()` run, or something fetched, in its own way.
VECTORS = (
    """
<script>boo()</script>
<SCRIPT SRC=//evil.example/boo.js></SCRIPT>
<scr<script>ipt>boo()</scr</script>ipt>
<script/x>boo()</script
<script type="text/template"><img src=x onerror=boo()></script>
<<script>boo();//<</script>
<noscript><p title="</noscript><img src=x onerror=boo()>"></noscript>
<img src=x onerror=boo()>
<img src=x OnErRoR = "boo()">
<img src=x onerror&#61;boo()>
<img/src=x/onerror=boo()>
<img src="x"onerror="boo()">
<img src=`x`onerror=boo()>
<img src=x:x onerror	=	boo()>
<img """
    + '"""'
    + """><script>boo()</script>">
<img src="javascript:boo()">
<img src="data:image/svg+xml,<svg onload=boo()>">
<img srcset="https://evil.example/a.png 1x" src="https://club.example/a.png">
<img src=1 lowsrc="javascript:boo()" dynsrc="javascript:boo()">
<a href="javascript:boo()">here</a>
<a href="JaVaScRiPt:boo()">here</a>
<a href=" javascript:boo()">here</a>
<a href="&#1;javascript:boo()">here</a>
<a href="java&#9;script:boo()">here</a>
<a href="java&#10;script:boo()">here</a>
<a href="java&#x0d;script:boo()">here</a>
<a href="&#106;avascript&colon;boo()">here</a>
<a href="&#0000106&#0000097vascript:boo()">here</a>
<a href="javascript&#58boo()">here</a>
<a href="javascript://club.example/%0aboo()">here</a>
<a href="view-source:javascript:boo()">here</a>
<a href="vbscript:boo()">here</a>
<a href="data:text/html,<script>boo()</script>">here</a>
<a href="data:text/html;base64,Ym9v">here</a>
<a href="file:///etc/hosts">here</a>
<a href="blob:https://club.example/1">here</a>
<a href="feed:javascript:boo()">here</a>
<a href="https://club.example" onclick="boo()" target="_blank" ping="https://evil.example/">here</a>
<a href="https://club.example" style="background:url(javascript:boo())">here</a>
<a xlink:href="javascript:boo()">here</a>
<svg onload=boo()>
<svg><script>boo()</script></svg>
<svg><a xlink:href="javascript:boo()"><text y=9>here</text></a></svg>
<svg><animate onbegin=boo() attributeName=x dur=1s></svg>
<svg><set attributeName=href to=javascript:boo()></svg>
<svg><style><img src=x onerror=boo()></style></svg>
<svg></p><style><a id="</style><img src=x onerror=boo()>"></svg>
<svg><foreignObject><iframe src="javascript:boo()"></iframe></foreignObject></svg>
<svg><use href="data:image/svg+xml,<svg id=a onload=boo()>#a"></svg>
<math href="javascript:boo()">here</math>
<math><mtext><table><mglyph><style><img src=x onerror=boo()></style></mglyph></table></mtext></math>
<math><annotation-xml encoding="text/html"><img src=x onerror=boo()></annotation-xml></math>
<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=boo() src>">
<style>@import "https://evil.example/boo.css";</style>
<style><!--</style><script>boo()//--></script>
<p style="background-image:url(https://evil.example/seen.png)">text</p>
<p style="width:expression(boo())">text</p>
<div style="position:fixed;inset:0">over everything</div>
<link rel="stylesheet" href="https://evil.example/boo.css">
<meta http-equiv="refresh" content="0;url=javascript:boo()">
<base href="https://evil.example/">
<iframe src="https://evil.example/"></iframe>
<iframe srcdoc="<script>boo()</script>"></iframe>
<iframe><img src=x onerror=boo()></iframe>
<object data="https://evil.example/boo.swf"><param name=a value=b></object>
<embed src="https://evil.example/boo.swf">
<applet code="Boo.class">text</applet>
<frameset onload=boo()><frame src="javascript:boo()"></frameset>
<body onload=boo()>text
<html onclick=boo()>text
<video src=x onerror=boo()></video>
<video><source onerror=boo()></video>
<audio src=x onloadstart=boo() autoplay>
<details open ontoggle=boo()>text</details>
<marquee onstart=boo()>text</marquee>
<input autofocus onfocus=boo()>
<form action="javascript:boo()"><button>press</button></form>
<button formaction="javascript:boo()">press</button>
<select autofocus onfocus=boo()><option>1</option></select>
<textarea></textarea><img src=x onerror=boo()></textarea>
<title></title><img src=x onerror=boo()></title>
<isindex action="javascript:boo()" type=image>
<table background="javascript:boo()"><tr><td onmouseover=boo()>text</td></tr></table>
<blockquote cite="javascript:boo()">text</blockquote>
<q cite="data:text/html,boo">text</q>
<del cite="vbscript:boo()">text</del>
<p onpointerenter=boo() tabindex=0 contenteditable autofocus onfocus=boo()>text</p>
<p id="location" name="cookie" class="admin">text</p>
<x-boo onclick=boo()>text</x-boo>
<!--<img src="--><img src=x onerror=boo()//">
<!--[if gte IE 4]><script>boo()</script><![endif]-->
<![CDATA[<img src=x onerror=boo()>]]>
<?xml-stylesheet href="javascript:boo()"?>
<!DOCTYPE html [<!ENTITY boo "<script>boo()</script>">]>&boo;
<template><script>boo()</script></template>
<plaintext><img src=x onerror=boo()>
<xmp><img src=x onerror=boo()></xmp>
<noembed><img src=x onerror=boo()></noembed>
<noframes><img src=x onerror=boo()></noframes>
<img src=x onerror=boo()
<a href="https://club.example" title="</a><img src=x onerror=boo()>">here</a>
&lt;script&gt;boo()&lt;/script&gt;
\x00<scr\x00ipt>boo()</script>
<p dir="rtl" lang='"><script>boo()</script>'>text</p>
"""
)

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
ADDRESSES = ("href", "src")


class Tags(HTMLParser):
    """A second opinion: the tags and attributes that a simple parser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def harmless(html: str) -> None:
    """Both a browser's parser and a simple one see nothing in `html` but what is allowed."""
    simple = Tags()
    simple.feed(html)
    simple.close()
    browsers = [(str(e.tag), {name: e.attr(name) for name in e.attrs}) for e in dom.fragment(html).iter_elements()]
    for tag, attributes in simple.seen + browsers:
        assert tag in sanitize.TAGS
        allowed = sanitize.ATTRIBUTES.get(tag, set()) | sanitize.ATTRIBUTES["*"] | {"rel"}
        assert set(attributes) <= allowed
        for name in ADDRESSES:
            address = re.sub(r"[\x00-\x20]", "", attributes.get(name) or "")
            scheme = SCHEME.match(address)
            assert scheme is None or scheme.group(0)[:-1].lower() in sanitize.SCHEMES


@pytest.mark.parametrize("vector", VECTORS.strip().split("\n"))
@pytest.mark.parametrize(
    "around",
    ["%s", "<p>before %s after</p>", "<table><tr><td>%s", "<ul><li>%s</ul>", "<pre>%s</pre>", "<svg>%s", "<select>%s"],
)
def test_nothing_acts(vector: str, around: str) -> None:
    html = sanitize.clean(around % vector)
    harmless(html)
    assert sanitize.clean(html) == html


KEPT = """
<p>One <b>two</b> <i>three</i> <em>four</em> <strong>five</strong> <code>six</code></p>
<h2>Heading</h2>
<ul><li>one</li><li>two<ol start="3"><li>three</li></ol></li></ul>
<dl><dt>word</dt><dd>meaning</dd></dl>
<blockquote><p>words</p></blockquote>
<pre><code>if a &lt; b:\n    stop()</code></pre>
<figure><img src="https://club.example/a.png" alt="A boat" width="640"><figcaption>A boat</figcaption></figure>
<table><caption>Fares</caption><tbody><tr><th scope="col">a</th></tr><tr><td colspan="2">b</td></tr></tbody></table>
<p lang="ar" dir="rtl">نص</p>
<p>H<sub>2</sub>O, x<sup>2</sup>, <del>old</del> <ins>new</ins> <s>no</s> <u>u</u> <q>q</q></p>
<p><kbd>Ctrl</kbd> <small>s</small></p>
<p>one<br>two</p><hr>
<p>Fish &amp; chips</p>
""".strip().replace("\\n", "\n")  # fmt: skip


def test_what_is_for_reading_stays() -> None:
    assert sanitize.clean(KEPT) == KEPT


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://club.example/a?b=1&amp;c=2#d", True),
        ("http://club.example/", True),
        ("mailto:ann@club.example", True),
        ("/opening", True),
        ("#end", True),
        ("tel:+3612345", False),
        ("ftp://club.example/a", False),
    ],
)
def test_links(href: str, kept: bool) -> None:
    where = f' href="{href}"' if kept else ""
    assert sanitize.clean(f'<a href="{href}">here</a>') == f'<a{where} rel="noopener noreferrer">here</a>'


@pytest.mark.parametrize("hidden", ["java&#1;script:boo()", "java&#x81;script:boo()", "java\x01script:boo()"])
def test_no_character_that_is_dropped_later_hides_a_scheme(hidden: str) -> None:
    assert sanitize.clean(f'<a href="{hidden}">here</a>') == '<a rel="noopener noreferrer">here</a>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<script>boo()</script>b</p>", "<p>ab</p>"),
        ("<p>a<style>p{}</style>b</p>", "<p>ab</p>"),
        ("<p>a<custom-tag>b</custom-tag>c</p>", "<p>abc</p>"),
        ("<p>a<!-- note -->b</p>", "<p>ab</p>"),
        ("<center>a</center>", "a"),
        ('<p class="x" id="y" data-z="1" style="color:red">a</p>', "<p>a</p>"),
    ],
)
def test_what_goes_leaves_the_text_around_it(html: str, text: str) -> None:
    assert sanitize.clean(html) == text


PIECES = st.sampled_from(
    """<p> </p> <svg> </svg> <math> </math> <style> </style> <script> </script> <img onerror=boo() src=x /> > < " ' `
    = <a href="javascript:boo()" href='data:, <table> </table> <mtext> <mglyph> <select> <option> <template> </template>
    <!-- --> <![CDATA[ ]]> <title> </title> <textarea> </textarea> <noscript> </noscript> <iframe> <form> </form> <br>
    &lt; &#60 &quot; <annotation-xml> <foreignObject> <desc> <xmp> </xmp> <plaintext> <b> <i> <li> boo()""".split()
) | st.sampled_from([" ", "\n", "\t", "\0", "\f", "\u2028"])


@given(st.lists(PIECES, max_size=25).map("".join) | st.text())
def test_nothing_acts_however_it_is_put_together(html: str) -> None:
    harmless(sanitize.clean(html))


@given(st.lists(PIECES, max_size=25).map("".join) | st.text())
def test_twice_is_once(html: str) -> None:
    once = sanitize.clean(html)
    assert sanitize.clean(once) == once


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_a_legal_text_has_no_character_that_xml_has_no_place_for(text: str) -> None:
    assert sanitize.legal(text) == sanitize.ILLEGAL.sub("", text)
