"""Pages that stand where another page should be: each kind in its makers' manners, and honest pages that look alike."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import dom, walls
from scraper.walls import Wall

URL = "https://club.example/news/opening"
LONG = "".join(
    f"<p>In week {n} the ferry took {40 + n} people across, more than anyone had thought, and came back on time.</p>"
    for n in range(40)
)
SHORT = "<p>The ferry is back. It leaves at nine, and takes bicycles. Dogs go free, as they always have.</p>"
TEASER = "<p>The ferry is back after nine years. Who paid for it, and who will pay in the end, is another story.</p>"


def recognise(html: str, url: str = URL) -> Wall | None:
    return walls.recognise(dom.parse(html.encode(), url))


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def ld(**properties: object) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry"} | properties
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


CHALLENGES = {
    "cloudflare": page(
        "Just a moment...",
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt = {cvId: '3'}; var a = document.createElement('script');</script>",
        '<meta http-equiv="refresh" content="390">',
    ),
    "cloudflare-script": page(
        "club.example",
        "<h1>club.example</h1><p>Performing a security check.</p>"
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1'></script>",
    ),
    "cloudflare-blocked": page(
        "Attention Required! | Cloudflare",
        "<h1>Sorry, you have been blocked</h1><p>You are unable to access club.example.</p>"
        "<p>Cloudflare Ray ID: 12ab</p>",
    ),
    "cloudflare-german": page(
        "Nur einen Moment…", "<h1>club.example</h1><p>Wir prüfen die Sicherheit, bevor Ihr Browser weitergeht.</p>"
    ),
    "cloudflare-french": page("Un instant…", "<h2>Vérifiez que vous êtes humain</h2>"),
    "cloudflare-japanese": page("しばらくお待ちください...", "<p>接続の安全性を確認しています。</p>"),
    "cloudflare-russian": page("Один момент…", "<p>Проверяем, что вы человек.</p>"),
    "cloudflare-chinese": page("请稍候…", "<p>正在验证您是否是真人。</p>"),
    "akamai": page(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.1a2b.17.3c"
        "<p>https://errors.edgesuite.net/18.1a2b.17.3c",
    ),
    "akamai-challenge": page("", "<div id=sec-if-cpt-container></div><script src='/_sec/cp_challenge/a.js'></script>"),
    "imperva": "<html><head><meta name=robots content=noindex></head><body><iframe id=main-iframe "
    "src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=1'>Request unsuccessful. Incapsula incident ID: 1-2"
    "</iframe></body></html>",
    "imperva-interruption": page(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption...</h1><p>Something about your browser made us think.</p>",
    ),
    "datadome": page(
        "club.example",
        "<p id=cmsg>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':"
        "'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
    ),
    "human": page(
        "Access to this page has been denied",
        "<h1>Press and hold to confirm you are a human</h1><div id=px-captcha></div>",
    ),
    "sucuri": page("You are being redirected...", "<script>var s='';sucuri_cloudproxy_js='';</script>"),
    "hcaptcha": page(
        "club.example",
        "<p>Before you go on, show us that you are human.</p><form><div class=h-captcha></div></form>"
        "<script src='https://js.hcaptcha.com/1/api.js'></script>",
    ),
    "recaptcha": page(
        "club.example/news",
        "<form><div class=g-recaptcha></div></form><p>Our systems have seen unusual traffic from your network.</p>",
    ),
    "aws": page(
        "",
        "<div id=challenge-container></div><script>window.gokuProps = {}; AwsWafIntegration.getToken()</script>",
        "<script src='https://1a2b.token.awswaf.com/1a2b/challenge.js'></script>",
    ),
    "ddos-guard": page(
        "DDoS-Guard",
        "<h1>Checking your browser before accessing club.example</h1><p>This will not take long.</p>",
        "<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>",
    ),
    "anubis": page(
        "Making sure you're not a bot!",
        "<h1>Making sure you're not a bot!</h1><p>Loading...</p><details><summary>Why am I seeing this?</summary>"
        "<p>The people who run this site have set up a guard against programs that copy whole sites.</p></details>",
        '<script id="anubis_version" type="application/json">"v1"</script>',
    ),
    "spanish": page("Verifica que eres humano", "<p>Marca la casilla.</p>"),
    "untitled": "<body><div>Checking your browser...</div></body>",
}
CONSENTS = {
    "plain": page(
        "Your privacy | The Club",
        "<h1>We value your privacy</h1><p>We and our 212 partners store cookies on your device to show you "
        "personalised ads.</p><p>You can withdraw your consent at any time in our privacy policy.</p>"
        "<button>Accept all</button><button>Reject all</button>",
    ),
    "german": page(
        "Cookies zustimmen",
        "<h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Cookies. Die Zustimmung ist "
        "jederzeit widerrufbar.</p><button>Zustimmen und weiter</button>",
    ),
    "french": page(
        "Gestion des cookies",
        "<h1>Votre vie privée compte</h1><p>Nos partenaires et nous déposons des cookies sur votre appareil avec votre "
        "consentement.</p><button>Tout accepter</button><button>Tout refuser</button>",
    ),
    "sent": (
        "https://consent.club.example/collectConsent?sessionId=3",
        page(
            "The Club",
            "<h1>The Club and its family</h1><p>If you press yes, we and our partners also use cookies.</p>"
            "<p>To change your consent later, go to the privacy page.</p>"
            "<form><button name=agree>Accept all</button><button>Reject all</button></form>",
        ),
    ),
    "onetrust": page(
        "Cookie consent",
        "<div id=onetrust-consent-sdk><div id=onetrust-banner-sdk><h2>About cookies</h2><p>By accepting you agree to "
        "our use of cookies to count visits and show advertising.</p><button>Accept All Cookies</button></div></div>",
    ),
    "japanese": page(
        "クッキーの同意", "<h1>プライバシー</h1><p>クッキーの使用に同意してください。</p><button>同意する</button>"
    ),
}
LOG_INS = {
    "plain": page("Log in - The Club", "<h1>Log in</h1><form><input name=a><input type=password></form>"),
    "german": page("Anmelden | Verein", "<form><label>Kennwort</label><input type=password></form>" + SHORT),
    "russian": page("Вход", "<form><input type=password></form>"),
    "redirected": (
        "https://club.example/login?next=/news/opening",
        page("The Club", "<p>Members only have to do this once a month.</p><form><input type=password></form>"),
    ),
    "by-letter": (
        "https://club.example/signin",
        page("The Club", "<h1>Sign in to The Club</h1><form><input type=email><button>Next</button></form>"),
    ),
    "protected-post": page(
        "Protected: Plans",
        "<article><h1>Protected: Plans</h1><form class=post-password-form><p>This text is protected.</p>"
        "<input type=password></form></article>",
    ),
}
PAYWALLS = {
    "said": page("The ferry", f"<article><h1>The ferry</h1>{TEASER}</article>", ld(isAccessibleForFree=False)),
    "said-in-words": page("The ferry", f"<article>{TEASER}</article>", ld(isAccessibleForFree="False")),
    "said-of-an-empty-part": page(
        "The ferry",
        f"<article>{TEASER}<div class=rest></div></article>",
        ld(isAccessibleForFree=False, hasPart={"@type": "WebPageElement", "cssSelector": ".rest"}),
    ),
    "box": page(
        "The ferry", f"<article>{TEASER}<div class=paywall><p>Subscribe to continue reading.</p></div></article>"
    ),
    "register": page(
        "The ferry", f"<article>{TEASER}</article><div id=regwall-offer>Register for free to keep reading</div>"
    ),
    "german": page(
        "Die Fähre", f"<article>{TEASER}<div class='article-paywall'>Nur für Abonnenten. Jetzt testen.</div></article>"
    ),
    "french": page("Le bac", f"{TEASER}<section class=paywall><p>Article réservé aux abonnés</p></section>"),
}
SHELLS = {
    "react": page(
        "The Club",
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
        "<script src='/static/js/main.js'></script>",
    ),
    "vue": page("The Club", "<div id=app></div><script type=module src='/assets/index.js'></script>"),
    "next": page("The Club", "<div id=__next><p>Loading…</p></div><script src='/_next/a.js'></script>"),
    "angular": page("The Club", "<app-root></app-root><script src=main.js></script>"),
    "said": page("The Club", "<h1>JavaScript is not available.</h1><script src=a.js></script>"),
    "german": page("Verein", "<script src=a.js></script><noscript>Bitte aktivieren Sie JavaScript.</noscript>"),
    "chinese": page("俱乐部", "<noscript>请启用 JavaScript 以继续</noscript><script src=a.js></script>"),
}
ERRORS = {
    "nginx": page("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>"),
    "forbidden": page("403 Forbidden", "<h1>Forbidden</h1><p>You don't have permission to access this resource.</p>"),
    "server": page("Error 500: Internal Server Error", "<h1>Oh no</h1>"),
    "gateway": page("club.example | 522: Connection timed out", "<h1>Connection timed out</h1>"),
    "denied": page("Access denied", "<h1>Access denied</h1><p>Ask the owner of the page.</p>"),
    "english": page(
        "The Club", "<nav><a href=/>Home</a></nav><h1>Oops! That page can’t be found.</h1><p>Try a search?</p>"
    ),
    "marked": "<html><head><title>The Club</title></head><body class='error404 wide'><h1>Lost?</h1></body></html>",
    "german": page("Seite nicht gefunden – Verein", "<h1>Hoppla</h1><p>Die Adresse stimmt nicht.</p>"),
    "french": page("Page introuvable | Le Club", "<p>Désolé.</p>"),
    "spanish": page("Página no encontrada - El Club", "<p>Lo sentimos.</p>"),
    "italian": page("Pagina non trovata", "<p>Ci dispiace.</p>"),
    "dutch": page("Pagina niet gevonden | De Club", ""),
    "swedish": page("Klubben", "<h1>Sidan hittades inte</h1>"),
    "polish": page("Nie znaleziono strony", "<p>Spróbuj jeszcze raz.</p>"),
    "russian": page("Клуб", "<h1>Страница не найдена</h1><p>Попробуйте поиск.</p>"),
    "chinese": page("页面不存在", "<p>返回首页</p>"),
    "japanese": page("ページが見つかりません | クラブ", "<p>検索してください。</p>"),
    "korean": page("페이지를 찾을 수 없습니다", ""),
    "turkish": page("404 - Sayfa bulunamadı", ""),
    "among-many-links": page("Page not found", "<p>No.</p>" + "<ul>" + "<li><a href=/a>A page</a>" * 90 + "</ul>"),
}
PARKED = {
    "for-sale": page("club.example is for sale", "<h1>This domain is for sale!</h1><p>Make an offer.</p>"),
    "adverts": page(
        "club.example", "<div>Related searches</div><script src='https://img.sedoparking.com/a.js'></script>"
    ),
    "expired": page("club.example", "<p>This domain has expired. Is it yours? Renew it.</p>"),
    "default-page": page("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>The server is installed and works.</p>"),
    "suspended": page("Account Suspended", "<h1>Account Suspended</h1><p>Ask your host.</p>"),
    "german": page("club.example", "<h1>Diese Domain steht zum Verkauf</h1>"),
    "french": page("club.example", "<p>Ce nom de domaine est à vendre</p>"),
    "chinese": page("club.example", "<p>此域名出售</p>"),
}
KINDS = {
    "challenge": CHALLENGES,
    "consent": CONSENTS,
    "log-in": LOG_INS,
    "paywall": PAYWALLS,
    "script-only": SHELLS,
    "error": ERRORS,
    "parked": PARKED,
}
WALLS = [(kind, name, case) for kind, cases in KINDS.items() for name, case in cases.items()]  # type: ignore[attr-defined]

BANNER = (
    "<div id=cookie-banner class=consent><h2>We value your privacy</h2><p>We and our partners use cookies with your "
    "consent to show you advertising. You can change your consent later.</p><button>Accept all</button></div>"
)
HONEST = {
    "article-about-cookie-walls": page("Why we hate cookie walls", f"<h1>Cookie walls</h1>{LONG}" + BANNER * 3),
    "note-about-cookies": page(
        "Cookies and consent",
        f"<h1>Cookies and consent</h1>{'<p>A cookie is set before consent is given, which the law forbids.</p>' * 9}"
        + BANNER,
    ),
    "article-about-captchas": page(
        "Verify you are human",
        f"<h1>Verify you are human</h1>{LONG}<p>I'm not a robot.</p><div class=g-recaptcha></div>",
    ),
    "article-about-404": page("404 Not Found", f"<h1>Page not found</h1>{LONG}"),
    "short-article-about-404": page(
        "Page not found", f"<article><h1>Page not found</h1><time>3 May 2024</time>{SHORT}</article>"
    ),
    "article-about-paywalls": page("Subscribe to continue reading", f"{LONG}<div class=paywall>Subscribers only</div>"),
    "article-about-log-ins": page("Log in", f"<h1>Log in</h1>{LONG}<form><input type=password></form>"),
    "article-about-domains": page("This domain is for sale", LONG),
    "article-about-javascript": page(
        "Please enable JavaScript", f"<div id=root>{LONG}</div><script src=a.js></script>"
    ),
    "article-about-cloudflare": page("Just a moment...", f"{LONG}<pre>window._cf_chl_opt</pre>"),
    "without-paragraphs": page("404", "<div>" + "The ferry is back, and takes bicycles.<br>" * 90 + "</div>"),
    "chinese-article-about-404": page("页面不存在", "<p>" + "渡轮又回来了，每天九点开船，自行车免费。" * 60 + "</p>"),
    "banner-and-newsletter": page(
        "The ferry",
        f"<article><h1>The ferry</h1>{SHORT * 4}</article><form>Newsletter <input type=email></form>{BANNER}",
    ),
    "photo-under-a-banner": page("Fog", f"<h1>Fog</h1><img src=fog.jpg><p>Early this morning</p>{BANNER}"),
    "log-in-box-in-the-header": page("The ferry", f"<header><form><input type=password></form></header>{SHORT}"),
    "photo-beside-a-log-in": page("Fog", "<h1>Fog</h1><p>Early this morning</p><div><input type=password></div>"),
    "log-in-in-a-window": page(
        "Log in to vote", f"<main>{SHORT}</main><div class=modal><form><input type=password></form></div>"
    ),
    "short-post": page("The ferry", f"<h1>The ferry</h1>{SHORT}"),
    "short-post-in-a-shell": page(
        "The ferry", f"<div id=app><h1>The ferry</h1>{SHORT * 3}</div><script src=a.js></script>"
    ),
    "poem": page(
        "Just a moment",
        "<h1>Just a moment</h1><p>The fog comes in.<br>The ferry waits.<br>So do I, and the gulls on it.</p>",
    ),
    "recaptcha-at-the-comments": page(
        "The ferry",
        f"<h1>The ferry</h1>{SHORT}<form id=comments><textarea></textarea><div class=g-recaptcha></div></form>"
        "<p>This site is protected by reCAPTCHA, and Google's privacy policy and terms apply.</p>",
    ),
    "free-preview": page(
        "The ferry",
        f"<article>{TEASER * 15}<div class=paywall>Subscribe to continue reading</div></article>",
        ld(isAccessibleForFree=False),
    ),
    "all-of-it-is-there": page(
        "The ferry", f"<article>{TEASER}</article>", ld(isAccessibleForFree=False, articleBody="The ferry. " * 200)
    ),
    "locked-part-is-there": page(
        "The ferry",
        f"<article><p>So.</p><div class=rest>{SHORT * 6}</div></article>",
        ld(isAccessibleForFree=False, hasPart={"@type": "WebPageElement", "cssSelector": ".rest"}),
    ),
    "free-to-read": page("The ferry", SHORT, ld(isAccessibleForFree=True)),
    "paywall-that-is-not-shown": page(
        "The ferry", f"{SHORT}<div class=paywall style='display:none'>Subscribe to continue reading</div>"
    ),
    "listing-of-locked-articles": page(
        "News", "<ul><li><a href=/a>The ferry is back</a></ul>", ld(isAccessibleForFree=False) * 3
    ),
    "photo-post": page("Fog", "<h1>Fog</h1><img src=fog.jpg><p>Early this morning</p>"),
    "photo-with-comments": page(
        "Fog",
        "<article><h1>Fog</h1><img src=fog.jpg></article><script src=a.js></script>"
        "<noscript>Please enable JavaScript to view the comments powered by Disqus.</noscript>",
    ),
    "titles-only": page(
        "The Club",
        "<h1>News</h1><ul>" + "<li><a href=/a>The ferry is back</a>" * 30 + "</ul><script src=a.js></script>",
    ),
    "titles-only-with-a-log-in": page(
        "The Club",
        "<ul>" + "<li><a href=/a>The ferry is back</a>" * 30 + "</ul><aside><input type=password></aside>",
    ),
    "cookie-policy-of-a-site": page(
        "Cookie policy",
        "<nav><ul><li><a href=/>Home</a><li><a href=/b>About</a></ul></nav><article><h1>Cookie policy</h1><p>We use "
        f"cookies to count visits, with your consent.</p></article>{BANNER}",
    ),
    "script-of-a-guarded-site": page(
        "Fog",
        "<p>Early this morning</p><img src=fog.jpg>"
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    ),
    "guarded-by-imperva": page(
        "Fog", "<h1>Fog</h1><p>Early this morning</p><script src='/_Incapsula_Resource?SWJIYLWA=7&ns=2'></script>"
    ),
    "room-number": page("Room 404", f"<h1>Room 404</h1>{SHORT}"),
    "empty-but-honest": page("", "<p>Hello</p>"),
}


@pytest.mark.parametrize(("kind", "case"), [pytest.param(k, c, id=f"{k}-{n}") for k, n, c in WALLS])
def test_a_wall_is_recognised_for_what_it_is(kind: str, case: str | tuple[str, str]) -> None:
    url, html = (URL, case) if isinstance(case, str) else case
    wall = recognise(html, url)
    assert wall is not None
    assert wall.kind == kind
    assert 0 < len(wall.sign) <= 100


@pytest.mark.parametrize("html", [pytest.param(html, id=name) for name, html in HONEST.items()])
def test_an_honest_page_is_no_wall(html: str) -> None:
    assert recognise(html) is None


@pytest.mark.parametrize("case", [c for _, _, c in WALLS if isinstance(c, str)])
def test_no_wall_is_seen_where_there_is_an_article_too(case: str) -> None:
    assert recognise(case.replace("</body>", f"{LONG}</body>")) is None


@pytest.mark.parametrize("html", [*HONEST.values(), *CONSENTS.values(), *PAYWALLS.values()])
def test_the_tree_is_left_as_it_is(html: str | tuple[str, str]) -> None:
    tree = dom.parse((html if isinstance(html, str) else html[1]).encode(), URL)
    before = tree.document.html
    walls.recognise(tree)
    assert tree.document.html == before


PIECES = [
    *("<div>", "</div>", "<p>", "<a href=/login>", "<form>", "<input type=password>", "<article>", "<nav>", "<script>"),
    *("</script>", "<title>", "</title>", "<noscript>", "</noscript>", "<h1>", "<div id=root>", "<div class=paywall>"),
    *(
        "<template>",
        "<svg>",
        "<math>",
        "<table>",
        "<script type='application/ld+json'>",
        "<body class=error404>",
    ),
    *(
        '{"@type":"NewsArticle","isAccessibleForFree":false,"hasPart":[{"cssSelector":".a"}]}',
        "404 ",
        "Just a moment... ",
    ),
    *(
        "Page not found ",
        "cookies and consent ",
        "Accept ",
        "enable JavaScript ",
        "domain for sale ",
        "origin ",
        "\x00",
        "é",
    ),
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), min_size=1, max_size=40).map("".join))
def test_it_never_raises(html: str) -> None:
    tree = dom.parse(f"<p>{html}".encode("utf-8", "replace"), "https://consent.club.example/login")
    walls.recognise(tree)


@pytest.mark.parametrize("tag", ["div", "a", "nav", "p", "div class=paywall", "noscript"])
def test_depth_is_no_danger(tag: str) -> None:
    tree = dom.parse(f"<title>404</title>{f'<{tag}>' * 5000}Log in to continue reading".encode(), URL)
    walls.recognise(tree)
