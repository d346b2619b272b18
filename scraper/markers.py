"""Template markers: what builders, themes, plug-ins and consent managers put around an article and into it.

They are known by structure, or by the names (classes and ids) that one kind of template gives to one kind of part on
all its sites; never by what they say, except at the very edge of a page. A name counts as a whole word, so that an
article about cookies stays, and nothing that holds a page's main part or heading is taken for a marker.
"""

import re
from functools import lru_cache

from scraper.blocks import NAME_CHARS
from scraper.dom import Element, Node, Text, Tree
from scraper.verdicts import Taken, taken_out

# What is for machines only, and no formula; and what a browser does not show, or what is for acting on rather than
# reading.
MACHINES = "script:not([type^='math/tex']), style, template, link, meta, title, base"
UNSEEN = (
    "[hidden], [aria-hidden=true]:not(:has(img)), dialog, [role=dialog], [role=alertdialog], "
    "[aria-modal=true], input, button, select, textarea, applet, "
    "amp-sidebar, amp-consent, amp-user-notification, amp-ad, "
    "amp-auto-ads, amp-sticky-ad, amp-social-share, amp-next-page, amp-app-banner, amp-story-auto-ads"
)
STYLED = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE)
# For screen readers, for printing, or shown by a script when something has happened.
UNSEEN_NAMES = frozenset(
    """screen-reader-text screen-reader-shortcut sr-only visually-hidden visuallyhidden assistive-text show-for-sr
    element-invisible visually-hidden-focusable
    print-only printonly only-print visible-print visible-print-block visible-print-inline show-for-print
    w-condition-invisible w-form-done w-form-fail w-dyn-empty""".split()
)
# A notice for those without scripts, or a line for screen readers or printers, is no longer than this; some forums show
# machines, and some sites printers, a whole article so.
NOTICE_CHARS = 500
# Where a page says by itself that there are only ways to elsewhere: ARIA's landmarks, and the elements that are such
# by HTML-AAM, section 3.5; a footer is, unless it is that of a part.
ELSEWHERE = (
    "nav, footer:not(:is(article, aside, main, nav, section) footer), [role=navigation], [role=contentinfo], "
    "[role=search], [role=menu], [role=menubar], [role=tablist], [role=toolbar]"
)
# An aside is, too, where so much of its text is links: fewer than one in a thousand blocks of such were taken for an
# article's when they were still judged.
ASIDE, ASIDE_LINKS = "aside, [role=complementary]", 0.6
# Focus targets for keyboards ("top of page"), and links that skip to the content.
MARKERS = (
    "div[role=region].ignore-focus",
    "span[role=region].ignore-focus",
    "form[data-members-form]",
    "div[data-members-form]",
    "section[data-hook=recent-posts]",
    "div[data-hook=post-footer]",
    "a[href='#content']",
    "a[href='#main']",
    "a[href='#main-content']",
    "a[href='#maincontent']",
)
# What such markers read where their tags are lost; only as a whole block at the very edge of a page.
EDGE_TEXT = re.compile(r"^(top of page|bottom of page|skip to (main )?content)$", re.IGNORECASE)
# No template says it more often than this at one edge; each time costs a look at all that the body holds.
MOST_AT_AN_EDGE = 5
# Windows of consent managers, with the plug-ins of WordPress, Drupal, Shopify and Blogger that are theirs.
CONSENT = frozenset(
    """onetrust-consent-sdk onetrust-banner-sdk onetrust-pc-sdk CybotCookiebotDialog CybotCookiebotDialogBodyUnderlay
    didomi-host didomi-popup didomi-notice qc-cmp2-container qc-cmp2-ui qcCmpUi usercentrics-root usercentrics-cmp-ui
    truste-consent-track truste-consent-content consent_blackbar trustarc-banner-overlay cmpbox cmpbox2 cmpwrapper
    iubenda-cs-banner cookie-law-info-bar cookie-law-bg cliSettingsPopup cky-consent-container cky-modal
    cmplz-cookiebanner-container cmplz-cookiebanner cookie-notice moove_gdpr_cookie_info_bar moove_gdpr_cookie_modal
    BorlabsCookieBox BorlabsCookieBoxWrap tarteaucitronRoot tarteaucitronAlertBig axeptio_overlay klaro
    cookiescript_injected ez-cookie-dialog-wrapper fc-consent-root hs-eu-cookie-confirmation wt-cli-cookie-bar
    transcend-consent-manager ccc-module evidon-banner _evidon_banner sliding-popup eu-cookie-compliance-banner
    eu-cookie-compliance-popup cookieChoiceInfo cookie-choices-info shopify-pc__banner sqs-cookie-banner-v2
    cc-window cc_banner-wrapper cc--main cookieconsent-banner cookie-consent-banner gdpr-cookie-notice
    sp_message_container""".split()
)
# Parts of templates, by the name that a builder, theme or plug-in gives to them on all its sites.
PARTS = frozenset(
    """SCROLL_TO_TOP SCROLL_TO_BOTTOM
    skip-link header-skip-link skip-to-content-link skiplink skip-links skip-to-content

    sharedaddy sd-sharing-enabled sd-like jp-relatedposts jetpack_subscription_widget wp-block-jetpack-subscriptions
    wp-block-jetpack-related-posts wp-block-jetpack-likes wp-block-jetpack-sharing-buttons wp-block-latest-posts
    wp-block-latest-comments wp-block-archives wp-block-categories wp-block-tag-cloud wp-block-calendar wp-block-search
    wp-block-social-links wp-block-loginout wp-block-page-list wp-block-post-navigation-link wp-block-post-comments
    wp-block-post-comments-form post-navigation posts-navigation comment-respond comments-area yarpp-related crp_related
    wp_rp_wrap rp4wp-related-posts addtoany_share_save_container a2a_kit heateor_sss_sharing_container essb_links
    shariff ssba ssba-wrap mashsb-container swp_social_panel dpsp-share-text juiz_sps_links mc4wp-form mc_embed_signup
    mailpoet_form formkit-form sib-form wpcf7 gform_wrapper tnp-subscription ez-toc-container lwptoc

    gh-signup gh-subscribe gh-subscribe-form gh-post-upgrade-cta kg-signup-card kg-cta-card gh-comments gh-navigation
    gh-sidebar read-next read-next-feed subscribe-form footer-cta
    subscription-widget-wrap subscription-widget-wrap-editor subscription-widget subscribe-widget subscribe-footer
    captioned-button-wrap button-wrapper post-ufi like-button-container share-dialog image-link-expand
    header-anchor-parent pw-multi-vote-icon pw-multi-vote-count pw-responses-count

    post-share-buttons blog-pager blog-feeds post-feeds post-icons reaction-buttons
    post_controls reblog_button like_button tumblr_controls tumblr_like_button tumblr_reblog_button
    w-nav w-webflow-badge w-pagination-wrapper
    BlogItem-share BlogItem-pagination BlogItem-comments item-pagination squarespace-comments sqs-comments
    sqs-block-newsletter newsletter-block newsletter-form sqs-block-socialaccountlinks-v2 sqs-block-summary-v2
    sqs-block-search sqs-block-form sqs-block-archive sqs-block-tagcloud sqs-simple-like sqs-announcement-bar
    pagenav content_rating content_vote jcomments system-message-container com-content-article__pagination
    node__links comment-wrapper book-navigation contextual-links addtoany_list feed-icon action-links
    article-template__comment-wrapper article-template__social-sharing article-template__back social-sharing
    announcement-bar cart-drawer cart-notification predictive-search
    paginav post-nav post-copyright reward-container article-share-link article-comment-link article-nav back-to-top
    disqus_thread giscus utterances gitalk-container vcomments waline fb-comments

    adsbygoogle google-auto-placed OUTBRAIN trc_related_container taboola zergnet addthis_toolbox
    addthis_inline_share_toolbox sharethis-inline-share-buttons copybtn copy-code copy-code-button btn-copy
    code-copy-btn""".split()
)
# Of one name with a number behind it.
STEMS = ("sp_message_container", "taboola", "notes-note")
NUMBERED = re.compile(rf"^({'|'.join(STEMS)})(?=[_-])")
# A name that can stand in a selector as it is.
NAME = re.compile(r"^[A-Za-z_][\w-]*$", re.ASCII)
# The column of line numbers beside code, and the numbers within it.
GUTTERS = frozenset(
    """gutter linenos linenodiv lineno lnt linenumber line-number line-numbers line-numbers-rows hljs-ln-numbers
    crayon-nums rouge-gutter blob-num react-syntax-highlighter-line-number lines-numbers""".split()
)
ALL_NAMES = {
    **dict.fromkeys(CONSENT, "consent"),
    **dict.fromkeys(PARTS, "template"),
    **dict.fromkeys(GUTTERS, "gutter"),
    **dict.fromkeys(UNSEEN_NAMES, "unseen"),
}
REASONS = {
    "consent": "a consent manager's window",
    "template": "a part of a template, by its name",
    "gutter": "line numbers",
}
# A way to copy a heading's address, behind the heading or before it.
HEADING_LINKS, HEADINGS = "a[href*='#']", "h1, h2, h3, h4, h5, h6"
HEADING_LINK_NAMES = frozenset(
    """headerlink header-anchor heading-anchor anchor-link anchorjs-link hanchor headline-hash header-link heading-link
    hash-link direct-link anchor permalink""".split()
)
NO_WORD = re.compile(r"^[\W_]*$")
NUMBERS = re.compile(r"^[\d\s]*$")


def without_markers(tree: Tree) -> tuple[Taken, ...]:
    """Take a template's markers off the page; they come before its title, and must not be taken for it."""
    document = tree.document
    # Most pages have none, which is told at once where a selector begins with a tag.
    found = [selector for selector in MARKERS if document.select_one(selector) is not None]
    taken = [taken_out(document.select(", ".join(found)) if found else (), "markers", "a template's focus target")]
    for element, kind in _named(tree, early=True):
        if kind == "consent" or (_numbers(element) if kind == "gutter" else element.select_one("main, h1") is None):
            taken.append(taken_out([element], "markers", REASONS[kind]))
    anchors = [link for link in document.select(HEADING_LINKS) if _anchor(link)]
    taken.append(taken_out(anchors, "markers", "a heading's address"))
    for backwards in (False, True):
        for _ in range(MOST_AT_AN_EDGE):
            block = _edge(tree.body, backwards=backwards)
            if block is None or not EDGE_TEXT.match(block.text.strip()):
                break
            taken.append(taken_out([block], "markers", "a template's marker at the page's edge"))
    return tuple(taken)


def without_unseen(tree: Tree) -> Taken:
    """Take off the page what a browser does not show, and what is for acting on rather than for reading."""
    document = tree.document
    document.remove(MACHINES)
    hidden = document.select(UNSEEN)
    hidden += (e for e in document.select("[style]") if STYLED.search(e.attr("style") or ""))
    maybe = document.select("noscript:not(:has(img, iframe, video, audio))")
    maybe += (element for element, _ in _named(tree, early=False))
    hidden += (element for element in maybe if len(element.text) <= NOTICE_CHARS)
    return taken_out((e for e in hidden if e.tag not in ("html", "body")), "unseen", "not shown, or not for reading")


def elsewhere(tree: Tree) -> list[Element]:
    """The parts of the page that are only ways to elsewhere, as the page itself says."""
    document = tree.document
    asides = [aside for aside in document.select(ASIDE) if _share_of_links(aside) > ASIDE_LINKS]
    return [*document.select(ELSEWHERE), *asides]


def _share_of_links(element: Element) -> float:
    return sum(len(link.text) for link in element.select("a")) / (len(element.text) or 1)


def _named(tree: Tree, *, early: bool) -> list[tuple[Element, str]]:
    """The elements with a name that says what they are, and the kind of thing that it says; those unseen, or else."""
    found = [each for each in _selectors(*tree.called) if (each[0] != "unseen") == early]
    kinds = {element: kind for kind, selector in found for element in tree.document.select(selector)}
    return [(element, kind) for element, kind in kinds.items() if element.tag not in ("html", "body", "main")]


@lru_cache(2)  # it is asked twice for each page
def _selectors(classes: tuple[str, ...], ids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The kinds of things that a page's names say, each with the one selector of its elements."""
    found: dict[str, dict[str, None]] = {}
    for mark, values in (("#", ids), (".", classes)):
        for name in " ".join([value[:NAME_CHARS] for value in values]).split():
            if (name in ALL_NAMES or name.startswith(STEMS)) and NAME.match(name) and (kind := _kind(name)):
                found.setdefault(kind, {})[mark + name] = None
    return tuple((kind, ", ".join(names)) for kind, names in found.items())


def _kind(name: str) -> str | None:
    """What a name says that its element is; None where it only begins like one that is known."""
    numbered = NUMBERED.match(name)
    return ALL_NAMES.get(name) or (ALL_NAMES.get(numbered.group()) if numbered else None)


def _numbers(element: Element) -> bool:
    return NUMBERS.match(element.text) is not None


def _anchor(link: Element) -> bool:
    """Whether a link stands in a heading and is its address, and not a part of what it says."""
    heading = link.closest(HEADINGS)
    if heading is None or link.select_one("img") is not None:
        return False
    if NO_WORD.match(link.text):
        return True
    if HEADING_LINK_NAMES.isdisjoint((link.attr("class") or "").split()):
        return False
    return heading.text.strip() != link.text.strip()


def _edge(node: Node, *, backwards: bool) -> Element | Text | None:
    """What stands first, or last, on a page: the outermost element, or a line that a break parts from others."""
    found: Element | None = None
    while True:
        children = reversed(node.children) if backwards else iter(node.children)
        held = (c for c in children if isinstance(c, Element | Text) and _any_text(c))
        edge = next(held, None)
        if edge is None:
            return found
        if isinstance(edge, Text):
            beside = edge.previous_sibling if backwards else edge.next_sibling
            return edge if isinstance(beside, Element) and beside.tag == "br" else found
        if found is None or next(held, None) is not None:
            found = edge
        node = edge


def _any_text(node: Element | Text) -> bool:
    return not node.data.isspace() if isinstance(node, Text) else next(iter(node.stripped_strings), None) is not None
