"""Tests for robots, and refusals by those who guard a site."""

import re

from scraper.walls.sight import MANY_LINKS, SENTENCE_LEAST, Sight, Wall, phrases, quoted

# All that is to be seen on a challenge, with its explanations and its incident's number, stays below this.
CHARS = 1500
# Captchas also guard comments and letters to the editor: here a page must be about nothing else.
CAPTCHA_CHARS = 600

# Elements and scripts that the makers put on a challenge, and not on the pages behind it.
SCRIPTS = (
    ("Cloudflare", "/cdn-cgi/challenge-platform/", "/orchestrate/"),
    ("DataDome", "captcha-delivery.com/", ""),
    ("HUMAN", "captcha.px-cdn.net", ""),
    ("HUMAN", "captcha.px-cloud.net", ""),
    ("HUMAN", "/captcha/captcha.js", ""),
    ("DDoS-Guard", "/.well-known/ddos-guard/js-challenge", ""),
    ("DDoS-Guard", "check.ddos-guard.net/check.js", ""),
    ("Anubis", "/.within.website/x/cmd/anubis/", ""),
    ("Akamai", "/_sec/cp_challenge/", ""),
    ("Imperva", "_Incapsula_Resource?", "SWUDNSAI"),
    ("Imperva", "_Incapsula_Resource?", "CWUDNSAI"),
)
CODE = (
    ("Cloudflare", "_cf_chl_opt"),
    ("DataDome", "captcha-delivery.com"),
    ("HUMAN", "_pxBlockScript"),
    ("HUMAN", "captcha.px-cdn.net"),
    ("AWS WAF", "gokuProps"),
    ("Sucuri", "sucuri_cloudproxy_js"),
    ("DDoS-Guard", "/.well-known/ddos-guard/js-challenge"),
    ("Akamai", "/_sec/verify?"),
    ("Akamai", "bm-verify="),
)
MARKS = (
    ("Cloudflare", "form#challenge-form, div#challenge-running, span#challenge-error-text, div#cf-please-wait"),
    ("HUMAN", "div#px-captcha, div#px-captcha-wrapper"),
    ("Anubis", "script#anubis_version, script#anubis_challenge"),
    ("Akamai", "iframe#sec-cpt-if, div#sec-if-cpt-container, div#sec-if-container, div#sec-bc-container"),
    ("Sucuri", "form.sucuri-captcha, div.sucuri-captcha"),
)
ANY_MARK = ", ".join(selector for _, selector in MARKS)
CAPTCHA = (
    "div.h-captcha, div.g-recaptcha, div.cf-turnstile, script[src*='hcaptcha.com'], script[src*='/recaptcha/'], "
    "script[src*='challenges.cloudflare.com/turnstile'], iframe[src*='captcha' i], img[src*='captcha' i], "
    "input[name*='captcha' i]"
)
# Titles, or parts of one between separators, that only a challenge has.
TITLE = re.compile(
    phrases(
        r"""(please )?(verify|confirm|prove)( that)? you('re|’re| are) (a )?(human|not a (ro)?bot)
        checking your browser.*
        making sure you('re|’re| are) not a bot
        (are you|i am|i'm) (a robot|not a robot|human|a human)
        (human|bot|robot|browser|captcha|security) (verification|check|challenge)
        captcha( required)?
        security checkpoint|.* security checkpoint
        pardon our interruption
        access to this page has been denied.*
        sucuri website firewall|you are being redirected
        ddos-guard|.*incapsula incident.*
        bestätigen sie,? dass sie ein mensch sind|sicherheits(über)?prüfung
        ihr browser wird (über|ge)prüft.*
        vérifie[zr] que vous êtes (un )?humain|vérification de (sécurité|votre navigateur).*
        verifi(ca|que) que (eres|es usted|usted es) (un )?humano|verificación de seguridad
        comprobando (su|tu) navegador.*
        verifica di sicurezza|verifica (di essere|che sei) (un )?(umano|essere umano)
        controllo del browser.*
        verifi(que|car?) que você é humano|confirme que você é humano|verificação de segurança
        verificando seu navegador.*
        bevestig dat (je|u) een mens bent|beveiligingscontrole|(je|uw) browser wordt gecontroleerd.*
        bekräfta att du är (en )?människa|säkerhetskontroll
        zweryfikuj,? że jesteś człowiekiem|potwierdź,? że jesteś człowiekiem|sprawdzanie przeglądarki.*
        ověřte,? že jste člověk|bezpečnostní kontrola
        подтвердите,? что вы (человек|не робот)|вы не робот|проверка (браузера|безопасности).*
        insan olduğunuzu doğrulayın|güvenlik kontrolü|tarayıcınız (kontrol|denetleniyor).*
        (请)?(验证|確認|确认)您?(是|为)(真人|人类|人類).*|安全验证|安全驗證|人机验证|正在检查您的浏览器.*
        人間であることを確認.*|あなたが人間であること.*|ブラウザを?(確認|チェック)し.*
        セキュリティ(チェック|確認)
        사람인지 확인.*|보안 (확인|검사)|브라우저를? 확인.*"""
    ),
    re.IGNORECASE,
)
# Titles that a poem can have too: they need a second sign.
WAITING_TITLE = re.compile(
    phrases(
        r"""just a (moment|second)|(one|a) moment,? please|please wait|attention required|one more step
        loading
        (nur )?einen moment( bitte)?|bitte warten( sie)?|un instant|veuillez patienter
        un momento( por favor)?
        espere un momento|un attimo|attendere( prego)?|um momento|aguarde|een moment( geduld)?
        ett ögonblick|vänta
        et øjeblik|et øyeblikk|vent litt|hetkinen|odota|chwileczkę|jeszcze chwila|proszę czekać|okamžik
        moment(ík)?
        один момент|минутку|подождите|зачекайте|bir dakika( lütfen)?|lütfen bekleyin|egy pillanat|o clipă
        mohon tunggu
        请稍[候等]|請稍[候等]|しばらくお待ちください|少々お待ちください|잠시만 기다(려|리).*|لحظة.*|רק רגע
        μια στιγμή"""
    ),
    re.IGNORECASE,
)
# What a challenge wants of its reader, or says of him.
TEXT = re.compile(
    phrases(
        r"""(not|are) (a )?(ro)?bots?\b|you('re|’re| are) (a )?human
        checking (your browser|if the site connection)
        security of your connection|enable javascript and cookies|javascript and cookies to continue
        incapsula incident|unusual traffic|automated (requests|access|queries)|you have been blocked
        ray id
        (kein|ein) roboter|dass sie ein mensch|ihre?[rns]? (browser|verbindung)|pas un robot
        êtes (un )?humain
        (su|tu|votre|seu|il tuo|uw|je) (navegador|navigateur|browser)|no (eres|es|soy) un robot
        non sono un robot
        não sou um robô|é humano|(geen|een) robot|inte en robot|är (en )?människa|nie jeste[śm] (ro)?botem
        nejste robot
        не робот|человек|ваш(его)? браузер|robot olmad|insan oldu|真人|机器人|機器人|人类|您的浏览器
        您的連線
        ロボット|人間である|接続の安全|로봇|사람인지|브라우저"""
    ),
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"errors\.edgesuite\.net|reference\s*#\s*\d+\.[0-9a-f]+\.\d+|incapsula incident id|sucuri website firewall"
    r"|cloudflare ray id|ddos-guard\.net|performance (and|&) security by cloudflare",
    re.IGNORECASE,
)


def find(page: Sight) -> Wall | None:
    """By what only its maker puts on it, by its name, or by what little it says."""
    maker = _challenger(page)
    if maker and len(page.text) <= CHARS:
        return Wall("challenge", f"a challenge by {maker}")
    if page.is_article:
        return None
    asked = page.named(TITLE)
    if asked and len(page.text) <= CHARS:
        return Wall("challenge", quoted("title", asked))
    waits = page.named(WAITING_TITLE)
    if waits and (
        (len(page.text) <= CHARS and TEXT.search(page.text))
        or (len(page.text) - len(waits) <= SENTENCE_LEAST and page.document.select_one("img, video, a") is None)
    ):
        return Wall("challenge", quoted("title", waits))
    if page.document.select_one(CAPTCHA) is not None and len(page.text) <= CAPTCHA_CHARS:
        asked_in_text = TEXT.search(page.text)
        return Wall("challenge", quoted("a captcha, and", asked_in_text.group())) if asked_in_text else None
    if len(page.document.select("p, div")) <= MANY_LINKS and len(page.text) <= CHARS:
        refused = REFUSED.search(page.text)
        if refused and not re.search(r"\b5\d\d\b", page.title):
            return Wall("challenge", quoted("text", refused.group()))
    return None


def _challenger(page: Sight) -> str | None:
    """Whose challenge this is, by what only its maker puts on a page."""
    for script in page.document.select("script, iframe"):
        address = script.attr("src")
        if isinstance(address, str):
            maker = next((name for name, a, b in SCRIPTS if a in address and b in address), None)
        else:
            code = script.text
            maker = next((name for name, word in CODE if word in code), None)
        if maker:
            return maker
    if page.document.select_one(ANY_MARK) is None:
        return None
    return next(name for name, marks in MARKS if page.document.select_one(marks) is not None)
