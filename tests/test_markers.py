"""What templates put around an article goes; what an article says of the same things stays."""

import pytest

from scraper import dom, extract, markers
from scraper.verdicts import told

URL = "https://club.example/news/a"
SAID = "<p>The ferry came round the point a little after noon, with every flag it has, and nobody said a word.</p>"


def left(html: str, *, unseen: bool = False) -> str:
    tree = dom.parse(f"<!DOCTYPE html><title>A</title><body><main>{SAID}</main>{html}".encode(), URL)
    if unseen:
        markers.without_unseen(tree)
    else:
        markers.without_markers(tree)
    return (
        " ".join(tree.body.text.split())
        .replace("The ferry came round the point", "", 1)
        .partition("a word.")[2]
        .strip()
    )


@pytest.mark.parametrize(
    "html",
    [
        '<div id="SCROLL_TO_TOP"><span>top of page</span></div>',
        '<div class="x ignore-focus" role="region" tabindex="-1">Anfang der Seite</div>',
        '<a class="skip-link" href="#primary">Zum Inhalt</a>',
        '<div id="onetrust-consent-sdk"><h1>We value your privacy</h1></div>',
        '<div id="sp_message_container_1184">Consent</div>',
        '<div class="sharedaddy sd-sharing-enabled">Share this</div>',
        '<div class="wp-block-latest-posts__list wp-block-latest-posts">Other things</div>',
        '<section class="gh-signup-wrap"><div class="kg-card kg-signup-card">One a month</div></section>',
        '<form data-members-form="subscribe"><p>Letters</p></form>',
        '<div class="subscription-widget-wrap-editor">Subscribe</div>',
        '<span class="pw-responses-count">9</span>',
        '<div class="blog-pager" id="blog-pager">Newer Post</div>',
        '<div class="post_controls">Reblog</div>',
        '<div class="w-webflow-badge">Made here</div>',
        '<ul class="pager pagenav"><li>Next</li></ul>',
        '<div id="sliding-popup">We use cookies</div>',
        '<div class="announcement-bar">Free shipping</div>',
        '<ul class="post-copyright"><li>Licence</li></ul>',
        '<pre class="gutter">1\n2\n3</pre>',
    ],
)
def test_a_part_of_a_template_goes(html: str) -> None:
    assert left(html) == ""


@pytest.mark.parametrize(
    "html",
    [
        '<div class="w-form-done">Thank you!</div>',
        '<div class="print-only">Printed from here</div>',
        '<span class="screen-reader-text">opens in a new window</span>',
        "<noscript>Please enable JavaScript</noscript>",
        '<p style="color:red; DISPLAY : none">Unseen</p>',
        "<amp-consent><p>May we?</p></amp-consent>",
    ],
)
def test_what_nobody_sees_goes(html: str) -> None:
    assert left(html, unseen=True) == ""


@pytest.mark.parametrize(
    "html",
    [
        '<p class="about-sharedaddy">Sharedaddy is a strange word</p>',
        '<div class="sharedaddy"><h1>All of it stands in here</h1></div>',
        '<div class="cookie">Bake it for nine minutes</div>',
        '<pre class="gutter">a gutter of words</pre>',
        "<p>What is onetrust-consent-sdk?</p>",
        '<h2><a class="anchor" href="#x">A heading that is its own link</a></h2>',
    ],
)
def test_what_only_looks_like_one_stays(html: str) -> None:
    assert left(html)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ('Tides<a class="headerlink" href="#tides" title="Permalink">¶</a>', "Tides"),
        ('<a href="#tides">#</a> Tides', "Tides"),
        ('Tides<a class="header-anchor" href="#tides"><span>Permalink to this heading</span></a>', "Tides"),
        ('Issue <a href="/issues/4#top">4</a>', "Issue 4"),
        ('<a href="#tides"><img src="/a.png" alt=""></a>Tides', "Tides"),
    ],
)
def test_a_heading_loses_its_address(heading: str, text: str) -> None:
    assert left(f"<h2>{heading}</h2>") == text


def test_a_body_that_a_script_will_show_is_no_hidden_one() -> None:
    page = f'<!DOCTYPE html><title>A</title><body style="visibility:hidden" class="cookie-notice">{SAID}'
    assert "flag" in extract(page.encode(), URL).text


def test_a_long_noscript_is_the_page_itself() -> None:
    page = f"<!DOCTYPE html><title>A</title><body><div id=app></div><noscript><div>{SAID * 9}</div></noscript>"
    tree = dom.parse(page.encode(), URL)
    markers.without_unseen(tree)
    assert "flag" in tree.body.text


def test_an_edge_is_not_looked_at_for_ever() -> None:
    tree = dom.parse(b"<!DOCTYPE html><title>A</title>" + b"<div>top of page</div>" * 1000 + SAID.encode(), URL)
    assert len(list(told(markers.without_markers(tree)))) == markers.MOST_AT_AN_EDGE


def test_each_marker_is_told_once() -> None:
    tree = dom.parse(
        b"<!DOCTYPE html><title>A</title><div id=yarpp-related class='yarpp-related a2a_kit'>More</div>", URL
    )
    assert [verdict.text for verdict in told(markers.without_markers(tree))] == ["More"]


@pytest.mark.parametrize(
    ("part", "goes"),
    [
        ("<div><footer>Harbour Street 9</footer></div>", True),
        ("<article><footer>Thanks to the crew</footer></article>", False),
        ('<aside><a href="/1">The lighthouse</a> <a href="/2">The pilot</a> More</aside>', True),
        ("<aside>The ferry is ninety years old, says <a href='/3'>her captain</a>.</aside>", False),
        ("<aside></aside>", False),
    ],
)
def test_what_only_leads_elsewhere_is_the_pages_own_footer_and_asides_of_links(part: str, goes: bool) -> None:
    tree = dom.parse(f"<!DOCTYPE html><title>A</title><body><main>{SAID}</main>{part}".encode(), URL)
    assert bool(markers.elsewhere(tree)) is goes
