"""Forms to log in with."""

import re
from urllib.parse import urlsplit

from scraper.walls.sight import HIDDEN, SHELL_CHARS, Sight, Wall, phrases, quoted

# Running text beside the form: help with a lost password, and what an account is good for.
CHARS = 600

TITLE = re.compile(
    phrases(
        r"""(please )?(log|sign)[ -]?(in|on)\b.{0,40}
        .{0,20}\b(member|account|user|subscriber) (log|sign)[ -]?in
        (log|sign) in(to| to).{0,40}|authentication required
        anmeld(en|ung).{0,20}|bitte (melden sie sich an|anmelden)|einloggen|login
        (se )?connect(er|ez-vous).{0,30}|connexion.{0,20}|identifi(cation|ez-vous)
        (iniciar?|inicie|inicio de) sesión.{0,20}|acced(i|er|a|e)|accesso|entrar|fazer login
        iniciar sessão
        inloggen.{0,20}|aanmelden|logga in.{0,20}|logg inn.{0,20}|log ind|kirjaudu( sisään)?
        zaloguj( się)?|logowanie
        přihlá(šení|sit( se)?)|bejelentkezés|autentificare|вход.{0,20}|войти.{0,20}|авторизация|вхід
        увійти
        giriş( yap)?|oturum aç|登录|登錄|登入|用户登录|ログイン|サインイン|로그인|σύνδεση|تسجيل الدخول
        התחברות|masuk|đăng nhập"""
    ),
    re.IGNORECASE,
)
PATH = re.compile(
    r"/(log-?in|log-?on|sign-?in|signin|wp-login\.php|users/sign_in|session/new|sso|anmelden|connexion|iniciar-sesion"
    r"|accedi|inloggen|logga-in|logowanie)(?:[./?]|$)",
    re.IGNORECASE,
)
# Boxes that pages carry along for those who want to log in.
BESIDE = (
    f"header, nav, aside, footer, dialog, {HIDDEN}, [aria-hidden=true], [role=dialog], [class*=modal i], "
    "[id*=modal i], [class*=popup i], [class*=dropdown i], [class*=sidebar i], [class*=widget i], [class*=comment i], "
    "[id*=comment i]"
)


def find(page: Sight) -> Wall | None:
    """By its fields, with its name or address, or nothing beside it."""
    fields = page.document.select("input[type=password i]")
    address = PATH.search(urlsplit(page.tree.url).path)
    if not fields:
        if not address or page.document.select_one("input[type=email i]") is None:
            return None
    elif all(field.closest(BESIDE) is not None for field in fields):
        return None
    if page.is_article and page.document.select_one("form.post-password-form") is None:
        return None
    name = page.named(TITLE)
    if page.prose > CHARS or not (name or (address and fields) or _only_asks(page)):
        return None
    if name:
        return Wall("log-in", quoted("title", name))
    return Wall("log-in", quoted("address", address.group().strip("/")) if address else "a password is asked for")


def _only_asks(page: Sight) -> bool:
    """Is there nothing on the page but a form for a password?"""
    bare = len(page.text) <= SHELL_CHARS and not page.has_matter and page.document.select_one("h1 + p") is None
    return bare or page.document.select_one("form.post-password-form") is not None
