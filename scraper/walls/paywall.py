"""Teasers for subscribers."""

import re

from scraper import structured
from scraper.walls.sight import HIDDEN, MANY_LINKS, Sight, Wall, phrases, quoted
from scraper.whitespace import flat

# A teaser is a paragraph or three. From here on a free preview is worth having, and is an article to its readers.
TEASER_CHARS = 1000
# The offers, with prices and terms. A larger part that is called a paywall is what it would hide.
OFFER_CHARS = 800
# A part that the page calls locked and that yet holds so much text is there to read.
UNLOCKED_CHARS = 300

# Few selectors, as each of these looks at every element: wallpapers and firewalls are told apart by what they say.
BOX = "[class*=wall i], [id*=wall i], [class*=subscriber-only i], .gh-post-upgrade-cta"
TEXT = re.compile(
    phrases(
        r"""(subscribe|sign up|register|join)\b.{0,40}\b(to|and) (continue|keep|read|unlock|get access)
        (log ?in|sign in|upgrade)\b.{0,40}\b(to|and) (continue|keep|read|unlock|get access)
        (continue|keep) reading\b.{0,40}\b(subscri|regist|account)|to (continue|keep) reading
        unlock this (article|story|post)
        (for|to) (paid |paying )?(subscribers|members)( only)?\b|(subscriber|member)s?[- ](only|exclusive)
        already (a )?(subscriber|subscribed)
        weiterlesen mit|jetzt (weiterlesen|abonnieren)|nur für (abonnent|mitglieder)|bereits abonnent
        artikel freischalten|abo abschließen
        (réservé|accessible) (aux|à nos) abonnés|pour lire la suite|déjà abonné
        il vous reste .{0,20}à (lire|découvrir)
        (solo|exclusivo) para suscriptores|suscríbe(te|se) para|ya (eres|es) suscriptor
        (solo )?per gli abbonati|riservato agli abbonati
        abbonati per|sei già abbonato|exclusivo para assinantes|assine para|já é assinante
        alleen voor abonnees|lees verder met|al abonnee
        för (våra )?prenumeranter|läs vidare|redan prenumerant|for abonnenter|kun for abonnenter
        allerede abonnent|tilaajille|jo tilaaja
        (tylko )?dla (prenumeratorów|subskrybentów)|aby czytać dalej|pouze pro předplatitele
        (только )?для подписчиков|оформите подписку
        aboneler(e|imize) özel|会员专享|订阅后|訂閱|会員限定|有料会員|この続き(は|を)|구독자 전용|구독하고"""
    ),
    re.IGNORECASE,
)
LOCKED = re.compile(r"isAccessibleForFree[\"'\s:]{1,20}\[?\s*[\"']?(?:https?://schema\.org/)?false", re.IGNORECASE)


def find(page: Sight) -> Wall | None:
    """By what the page says of itself, or by an offer after little text."""
    if any(LOCKED.search(s.text) for s in page.document.select("script[type='application/ld+json' i]")):
        if _locked(page) and page.prose <= TEASER_CHARS:
            return Wall("paywall", "the page says that it is not free to read")
        return None
    for box in page.body.select(BOX)[:MANY_LINKS]:
        offer = flat(box.text)
        asked = TEXT.search(offer) if len(offer) <= OFFER_CHARS else None
        if asked and box.closest(HIDDEN) is None:
            return Wall("paywall", quoted("text", asked.group())) if page.prose <= TEASER_CHARS else None
    return None


def _locked(page: Sight) -> bool:
    """Does the page say of itself, and not of those it lists, that it is locked, and does it keep to that?"""
    pieces = [i for i in structured.items(page.tree) if i.types & structured.ARTICLE_TYPES]
    if len(pieces) != 1 or not any(t.casefold().endswith("false") for t in pieces[0].texts("isAccessibleForFree")):
        return False
    if len(pieces[0].text("articleBody") or "") > TEASER_CHARS:
        return False
    for part in pieces[0].items("hasPart"):
        selector = part.text("cssSelector") or ""
        if re.fullmatch(r"[.#][\w-]+", selector):
            held = [flat(element.text) for element in page.body.select(selector)]
            if sum(map(len, held)) > UNLOCKED_CHARS and not any(map(TEXT.search, held)):
                return False
    return True
