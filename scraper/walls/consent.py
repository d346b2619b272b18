"""Questions about cookies."""

import re
from urllib.parse import urlsplit

from scraper.dom import Element, Node
from scraper.walls.sight import NAME_CHARS, SENTENCE_LEAST, SHELL_CHARS, SIGN_CHARS, Sight, Wall, quoted
from scraper.whitespace import flat

# A consent text may name a partner or a contract with no word of consent; an article under a banner has more besides.
SHARE = 0.7
CHARS = 4000

WORD = re.compile(
    r"cookie|consent|privacy|gdpr|\bpartners?\b|\bvendors?\b|personal(ised|ized) (ads|content)|your (data|choices)"
    r"|advertis|tracking|zustimm|einwillig|datenschutz|werbung|privatsphäre|consentement|vie privée|données"
    r"|publicit|consentimiento|privacidad|datos|socios|privacidade|consentimento|dados|parceiros|consenso"
    r"|dati personali|pubblicit|toestemming|gegevens|advertenties|samtyck|integritet|personuppgifter|samtykke"
    r"|personvern"
    r"|partenaires|evästee|suostumu|tietosuoja|zgod|prywatno|plik|reklam|souhlas|soukrom|údaj|согласи|конфиденц|персональн|куки"
    r"|файлы|çerez|gizlilik|hozzájárul|adatvédel|クッキー|同意|プライバシー|隐私|隱私|쿠키|동의|개인정보|ملفات تعريف"
    r"|עוגיות",
    re.IGNORECASE,
)
CORE = re.compile(
    r"cookie|consent|gdpr|zustimm|einwillig|samtyck|samtykke|toestemming|evästee|souhlas|zgod|куки|согласи"
    r"|çerez|hozzájárul|クッキー|同意|쿠키|동의|ملفات تعريف|עוגיות",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\b(accept|agree|allow|reject|decline|refuse|consent)|akzept|zustimm|ablehn|einverstanden|refus|j['’]accept"
    r"|autoris|acept|rechaz|accett|rifiut|aceit|recus|rejeit|akkoord|weiger|toestaan|godkänn|godta|godkend|afvis"
    r"|hyväksy|zgadzam|akcept|odrzu|souhlas|přijm|odmít|прин(ять|има)|соглас|отклон|kabul|reddet|elfogad"
    r"|同意|接受|拒[否绝絕]|許可|동의|허용|거부|قبول|מסכים",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"^consent\.|/(collect-?consent|cookie-?wall|cookie-?consent|consent|privacy-?gate)/?$", re.I)
# What banners are called, and the windows that are laid over a page.
BOX = (
    "[class*=cookie i], [id*=cookie i], [class*=consent i], [id*=consent i], [class*=gdpr i], [id*=gdpr i], "
    "[class*=cmp i], [id*=cmp i], [id^=sp_message], [id*=didomi], [role=dialog], dialog"
)
PRODUCTS = (
    ("OneTrust", "#onetrust-consent-sdk, #onetrust-banner-sdk, script[src*='cookielaw.org'], script[src*='onetrust']"),
    ("Sourcepoint", "[id^=sp_message_container], script[src*='sp-prod.net'], script[src*='privacy-mgmt.com']"),
    ("Didomi", "#didomi-host, script[src*='privacy-center.org'], script[src*='didomi']"),
    ("Quantcast", "#qc-cmp2-container, .qc-cmp2-container, script[src*='quantcast']"),
)
CHOICES = "button, [role=button], input[type=submit], input[type=button], a"
# Signs that there is a page under the banner.
CONTENT = (
    "article, figure, video, audio, time, nav li, main picture, "
    "img:not([src*=logo i]):not([class*=logo i]):not([alt*=logo i]):not([width='1']):not(header img)"
)


def find(page: Sight) -> Wall | None:
    """By its address or name, where nothing but the question is there."""
    address = urlsplit(page.tree.url)
    sent = ADDRESS.search(f"{address.hostname or ''}{address.path}")
    if not sent:
        names = (page.title, *(flat(heading.text)[:NAME_CHARS] for heading in page.document.select("h1")))
        if not any(map(WORD.search, names)):
            return None
    if page.is_article or page.document.select_one(CONTENT) is not None or len(page.text) > CHARS:
        return None
    if not _asks_for_consent(page):
        return None
    if sent:
        return Wall("consent", quoted("address", sent.group().strip("/")))
    product = next((name for name, mark in PRODUCTS if page.document.select_one(mark) is not None), None)
    return Wall("consent", f"nothing but {product}'s question" if product else "nothing but a question about consent")


def _asks_for_consent(page: Sight) -> bool:
    """Is the text about consent, is there a choice, and is there nothing beside the box with the choice?"""
    choice = next((c for c in page.document.select(CHOICES) if ANSWER.search(_label(c))), None)
    about, other = _shares(page.body.to_text(), WORD)
    if choice is None or about < SHARE * (about + other) or len(CORE.findall(page.text)) < 2:
        return False
    box = choice.closest(BOX)
    while box is not None and box.parent is not None and (around := _closest(box.parent, BOX)) is not None:
        box = around
    return box is None or len(page.text) - len(flat(box.to_text())) <= SHELL_CHARS


def _closest(node: Node, selector: str) -> Element | None:
    return node.closest(selector) if isinstance(node, Element) else None


def _label(choice: Element) -> str:
    """What a button, or a link that looks like one, says; a whole sentence is no button's."""
    said = flat(f"{choice.text} {choice.attr('value') or ''}")
    return said if len(said) <= SIGN_CHARS else ""


def _shares(text: str, pattern: re.Pattern[str]) -> tuple[int, int]:
    """Characters of the sentences that the pattern is found in, and of the others."""
    about = other = 0
    for sentence in re.split(r"[\n.!?。！？]+", text):
        chars = len(sentence.strip())
        if chars < SENTENCE_LEAST and not re.search(r"[\u3040-\u9fff\uac00-\ud7a3]", sentence):
            continue
        if pattern.search(sentence):
            about += chars
        else:
            other += chars
    return about, other
