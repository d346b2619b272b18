"""Pages of which nothing is there before their scripts have run."""

import re

from scraper.walls.sight import ERROR_CHARS, SHELL_CHARS, Sight, Wall, quoted
from scraper.whitespace import flat

ROOTS = (
    "div#root, div#app, main#app, div#__next, div#__nuxt, div#__layout, div#___gatsby, div#svelte, div#app-root, "
    "div#react-root, div#q-app, div#ember, div#main-app, div#application, div#mount, div#app-container, app-root, "
    "ion-app, html[ng-app], body[ng-app], div[ng-app], div[data-reactroot]"
)
SCRIPTS_WANTED = re.compile(
    r"(enable|activate|turn on|requires?|need|without|use|support|disabled|not available).{0,60}java ?script"
    r"|java ?script.{0,60}(enable|activate|turn(ed)? on|require|need|disabled|not available|to (run|view|work))"
    r"|java ?script.{0,60}(aktiv|einschalt|benötig|erforderlich|activ|habilit|requis|necesari|abilit|attiv|necessári"
    r"|inschakel|ingeschakeld|aktiver|slå på|käytö|włącz|wymaga|zapn|povol|включ|требу|увімк|etkin|启用|啟用|开启"
    r"|有効|필요|활성)"
    r"|(aktiv|activ|habilit|abilit|attiv|schakel|włącz|zapn|povol|включ|启用|啟用|开启|请打开).{0,60}java ?script",
    re.IGNORECASE,
)
COMMENTS_WANTED = re.compile(r"comment|disqus|kommentar|comentario|commentaire", re.IGNORECASE)


def find(page: Sight) -> Wall | None:
    """By the words that ask for JavaScript, or by an empty place for it to fill."""
    if page.is_article or page.document.select_one("script") is None or len(page.text) > ERROR_CHARS:
        return None
    asked = next(filter(None, (_wanted(n.text) for n in page.document.select("noscript"))), None)
    shown = _wanted(page.text)
    if not (shown or (len(page.text) <= SHELL_CHARS and (asked or page.document.select_one(ROOTS) is not None))):
        return None
    if page.has_matter or (not shown and page.document.select_one("h1") is not None):
        return None
    if shown or asked:
        return Wall("script-only", quoted("text", shown or asked or ""))
    return Wall("script-only", "an empty place for a script to fill")


def _wanted(text: str) -> str | None:
    """The words that ask for JavaScript, unless it is for comments only."""
    if "script" not in text.casefold():
        return None
    said = SCRIPTS_WANTED.search(flat(text))
    return said.group() if said and not COMMENTS_WANTED.search(text) else None
