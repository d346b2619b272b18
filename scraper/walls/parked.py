"""Domains without a site."""

import re

from scraper.walls.sight import ERROR_CHARS, MANY_LINKS, Sight, Wall, phrases, quoted

# Adverts for the name, with prices and terms.
CHARS = 1500

SCRIPTS = re.compile(r"sedoparking\.com|parkingcrew\.net|parklogic\.com|bodis\.com|above\.com/|skenzo\.com", re.I)
# What TEXT can't do without, in any of its languages; much quicker to look for.
WORD = re.compile(r"dom[aeæiäí]|domén|домен|web address|suspended|alan adı|parked|域名|網域|ドメイン|도메인", re.I)
TEXT = re.compile(
    phrases(
        r"""(this|the) (premium )?domain( name)?( [\w.-]+)? (is|may be) (now )?(for sale|parked|available for purchase)
        (buy|get|purchase) this (premium )?domain|this (web ?page|domain) is parked|parked (free|domain)
        domain (parking|for sale|is for sale)|inquire about this domain
        (this )?domain( name)? has (recently )?(been registered|expired)|this account has been suspended
        account suspended
        (diese )?domain.{0,60}(steht|ist) .{0,10}zum verkauf|domain (zu verkaufen|kaufen|geparkt)
        ce (nom de )?domaine est (à vendre|parqué|en vente)|nom de domaine à vendre
        (este )?dominio.{0,40}(está|esta) (en|a la) venta|dominio en venta
        (questo |il )?dominio.{0,40}è in vendita|este domínio.{0,40}está à venda|domínio à venda
        (dit |deze )?domein(naam)?.{0,40}(is |staat )?te koop|domän(en|namnet)?.{0,40}är till salu
        domæne(t)?.{0,40}er til salg|domena.{0,40}(jest )?na sprzedaż|doména.{0,40}na prodej
        домен.{0,40}(прода[её]тся|припаркован)|bu alan adı satılık
        (该|此|這個|本)?(域名|網域).{0,10}(出售|转让|轉讓|待售)|(この)?ドメイン.{0,30}(販売|売り出)
        도메인.{0,20}(판매|매매)"""
    ),
    re.IGNORECASE,
)
TITLE = re.compile(
    phrases(
        r"""welcome to (nginx|openresty|caddy|your new (site|website)|centos)
        apache2? .{0,30}default page.{0,20}|test page for .{0,60}
        iis windows( server)?|default (web ?site|web|server) page|it works|domain (default|parking) page
        account suspended|site not (published|configured)
        (website |site )?(coming soon|under construction)|future home of.*"""
    ),
    re.IGNORECASE,
)


def find(page: Sight) -> Wall | None:
    """By its name, by what it says, or by whose scripts it runs."""
    title = page.named(TITLE)
    for_sale = next(filter(None, map(TEXT.search, filter(WORD.search, (page.title, *page.names)))), None)
    scripted = any(
        SCRIPTS.search(str(s.attr("src") or s.attr("href") or ""))
        for s in page.document.select("script, iframe, link, img")
    )
    if not (title or for_sale or scripted):
        if len(page.document.select("p, div")) > MANY_LINKS or len(page.text) > ERROR_CHARS:
            return None
        for_sale = TEXT.search(page.text) if WORD.search(page.text) else None
    if not (title or for_sale or scripted) or page.is_article or len(page.text) > CHARS:
        return None
    if title or for_sale:
        return Wall("parked", quoted("text", title or (for_sale.group() if for_sale else "")))
    return Wall("parked", "a script that shows adverts for unused names")
