"""Pages that stand where another page should be.

A wall is told by two things together: a sign that it is one, and that there is little else to read. Either alone is
also found on honest pages: articles are written about walls, and some posts have three words. Whoever is in doubt says
no: a wall that is taken for an article is one odd entry, an article that is taken for a wall is lost.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from scraper import structured
from scraper.dom import Element, Node, Tree

Kind = Literal["challenge", "consent", "log-in", "paywall", "script-only", "error", "parked"]

# Paragraphs with so much text are an article, or a listing with excerpts; nothing dearer is asked then. The longest
# consent texts, which name every purpose, come to about as much.
PLENTY = 3000
# Walls lead nowhere. A page with more links is a page of a site, and can only be a log-in, a paywall or an error in it.
MANY_LINKS = 40
# All that is to be seen on a challenge, with its explanations and its incident's number, stays below this.
CHALLENGE_CHARS = 1500
# A page without a name that says no more than this is named by it: "Access denied."
SENTENCE_CHARS = 80
# Captchas also guard comments and letters to the editor: here a page must be about nothing else.
CAPTCHA_CHARS = 600
# Running text beside the form: help with a lost password, and what an account is good for.
LOG_IN_CHARS = 600
# A teaser is a paragraph or three. From here on a free preview is worth having, and is an article to its readers.
TEASER_CHARS = 1000
# The offers, with prices and terms. A larger part that is called a paywall is what it would hide.
OFFER_CHARS = 800
# A part that the page calls locked and that yet holds so much text is there to read.
UNLOCKED_CHARS = 300
# "We looked everywhere", what to try instead, and whom to write to.
ERROR_CHARS = 700
# Adverts for the name, with prices and terms.
PARKED_CHARS = 1500
# A page that waits for its script shows a name and "Loading…".
SHELL_CHARS = 200
# A consent text may name a partner or a contract with no word of consent; an article under a banner has more besides.
CONSENT_SHARE = 0.7
CONSENT_CHARS = 4000
# Shorter pieces of text are names of buttons and links, which say nothing of what a text is about.
SENTENCE_LEAST = 25
# Walls have short names; a longer one only costs time.
NAME_CHARS = 120
# What is told to people is cut to this.
SIGN_CHARS = 60

# Text that nobody sees, or that does not count as text.
HIDDEN = "[hidden], [style*='display:none' i], [style*='display: none' i]"
UNSEEN = f"script, style, template, noscript, svg, {HIDDEN}"
# …and what is around the running text, or for acting on.
AROUND = (
    f"{UNSEEN}, a, nav, header, footer, aside, dialog, button, label, select, textarea, [role=navigation], "
    "[role=banner], [role=contentinfo], [role=dialog]"
)
# Where a page says that it is an article. As most selectors here, these name the tag: those cost a tenth.
ARTICLE = (
    "meta[property='og:type'][content='article' i], meta[property='article:published_time'], article time, "
    "time[pubdate], div[itemprop~=articleBody], section[itemprop~=articleBody], article[itemprop~=articleBody], "
    "meta[itemprop~=datePublished], time[itemprop~=datePublished], article.h-entry, div.h-entry, main.h-entry"
)
# What a page of nothing but a form, or of nothing before its script has run, does not have.
MATTER = "article, figure, picture, video, audio, main p"
SEPARATOR = re.compile(r"\s+[|–—·•:»«/-]+\s+|\s*[|»«]\s*|:\s+")
EDGES = " \t\n.…!¡?¿:;,。！？、\"'“”„«»()[]"


def _phrases(text: str) -> str:
    """A pattern of one alternative a line; white space in it stands for any."""
    return "|".join(r"\s+".join(line.split()) for line in text.strip().splitlines())


# -- challenge: elements and scripts that the makers put on a challenge, and not on the pages behind it
CHALLENGE_SCRIPTS = (
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
CHALLENGE_CODE = (
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
CHALLENGE_MARKS = (
    ("Cloudflare", "form#challenge-form, div#challenge-running, span#challenge-error-text, div#cf-please-wait"),
    ("HUMAN", "div#px-captcha, div#px-captcha-wrapper"),
    ("Anubis", "script#anubis_version, script#anubis_challenge"),
    ("Akamai", "iframe#sec-cpt-if, div#sec-if-cpt-container, div#sec-if-container, div#sec-bc-container"),
    ("Sucuri", "form.sucuri-captcha, div.sucuri-captcha"),
)
ANY_CHALLENGE_MARK = ", ".join(selector for _, selector in CHALLENGE_MARKS)
CAPTCHA = (
    "div.h-captcha, div.g-recaptcha, div.cf-turnstile, script[src*='hcaptcha.com'], script[src*='/recaptcha/'], "
    "script[src*='challenges.cloudflare.com/turnstile'], iframe[src*='captcha' i], img[src*='captcha' i], "
    "input[name*='captcha' i]"
)
# Titles, or parts of one between separators, that only a challenge has.
CHALLENGE_TITLE = re.compile(
    _phrases(
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
    _phrases(
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
CHALLENGE_TEXT = re.compile(
    _phrases(
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

# -- consent
CONSENT_WORD = re.compile(
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
CONSENT_CORE = re.compile(
    r"cookie|consent|gdpr|zustimm|einwillig|samtyck|samtykke|toestemming|evästee|souhlas|zgod|куки|согласи"
    r"|çerez|hozzájárul|クッキー|同意|쿠키|동의|ملفات تعريف|עוגיות",
    re.IGNORECASE,
)
CONSENT_CHOICE = re.compile(
    r"\b(accept|agree|allow|reject|decline|refuse|consent)|akzept|zustimm|ablehn|einverstanden|refus|j['’]accept"
    r"|autoris|acept|rechaz|accett|rifiut|aceit|recus|rejeit|akkoord|weiger|toestaan|godkänn|godta|godkend|afvis"
    r"|hyväksy|zgadzam|akcept|odrzu|souhlas|přijm|odmít|прин(ять|има)|соглас|отклон|kabul|reddet|elfogad"
    r"|同意|接受|拒[否绝絕]|許可|동의|허용|거부|قبول|מסכים",
    re.IGNORECASE,
)
CONSENT_ADDRESS = re.compile(
    r"^consent\.|/(collect-?consent|cookie-?wall|cookie-?consent|consent|privacy-?gate)/?$", re.I
)
# What banners are called, and the windows that are laid over a page.
CONSENT_BOX = (
    "[class*=cookie i], [id*=cookie i], [class*=consent i], [id*=consent i], [class*=gdpr i], [id*=gdpr i], "
    "[class*=cmp i], [id*=cmp i], [id^=sp_message], [id*=didomi], [role=dialog], dialog"
)
CONSENT_PRODUCTS = (
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

# -- log-in
LOG_IN_TITLE = re.compile(
    _phrases(
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
LOG_IN_PATH = re.compile(
    r"/(log-?in|log-?on|sign-?in|signin|wp-login\.php|users/sign_in|session/new|sso|anmelden|connexion|iniciar-sesion"
    r"|accedi|inloggen|logga-in|logowanie)(?:[./?]|$)",
    re.IGNORECASE,
)
# Boxes that pages carry along for those who want to log in.
LOG_IN_BESIDE = (
    f"header, nav, aside, footer, dialog, {HIDDEN}, [aria-hidden=true], [role=dialog], [class*=modal i], "
    "[id*=modal i], [class*=popup i], [class*=dropdown i], [class*=sidebar i], [class*=widget i], [class*=comment i], "
    "[id*=comment i]"
)

# -- paywall
# Few selectors, as each of these looks at every element: wallpapers and firewalls are told apart by what they say.
PAYWALL = "[class*=wall i], [id*=wall i], [class*=subscriber-only i], .gh-post-upgrade-cta"
PAYWALL_TEXT = re.compile(
    _phrases(
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

# -- script-only
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

# -- error: codes with or without their names, and what sites say in their own languages
_CODE = r"(?:40[0134]|410|429|451|50[0-4]|52\d)"
_ERROR = r"(?:https?|error|page|fehler|erreur|errore|erro|fout|fel|feil|błąd|chyba|ошибка|hata|错误|エラー)"
_CODE_NAME = (
    r"not found|forbidden|gone|unauthori[sz]ed|bad request|too many requests|(internal )?server error|bad gateway"
    r"|service (temporarily )?unavailable|gateway time-?out|origin .{0,40}|web server .{0,40}|connection timed out"
)
ERROR_TITLE = re.compile(
    rf"({_ERROR}[\s#:-]*)*{_CODE}([\s:–—,.!-]*({_ERROR}|{_CODE_NAME})){{0,2}}"
    rf"|({_ERROR}[\s#:-]*)*({_CODE}[\s:–—,.!-]*)?(sorry,? |(wh)?oops[,!.…]* )?("
    + _phrases(
        r"""(not found|forbidden|internal server error|bad gateway|service (temporarily )?unavailable|gateway time-?out)
        (the|this|that|your)?\s?(requested )?(page|file|url|content|article|document|resource) not found
        (the|this|that|your)?\s?(requested )?(page|url|article)( you.{0,40})? (is|was) no.{1,9} (found|available)
        (the|this|that|your)?\s?(requested )?(page|url|content|article)( you.{0,40})? (ca|could)n['’]t be found
        (the|this|that|your)?\s?(requested )?(page|url|article)( you.{0,40})? (cannot|could not) be found
        (this|that|the) page (does ?n[o'’]t|doesn't) exist
        (we|i) (can['’]?t|cannot|couldn['’]?t|could not) find (that|the|this) page.{0,40}
        nothing (was )?found( here)?|that page can['’]t be found
        page (missing|unavailable|no longer available)
        access (is )?(denied|forbidden)|permission denied|request rejected
        something went wrong|an error (has )?occurred|application error|too many requests
        (die )?(angeforderte )?seite (wurde )?(leider )?nicht (gefunden|verfügbar|vorhanden)( werden)?
        (die )?seite existiert nicht( mehr)?|(zugriff|zugang) verweigert|interner serverfehler
        (cette |la )?page (demandée )?(est )?(introuvable|non trouvée|inexistante)
        (cette |la )?page n['’](existe (pas|plus)|a pas été trouvée)|accès (refusé|interdit)
        (la )?página (solicitada )?no (encontrada|disponible|existe|se encuentra|se ha encontrado|fue encontrada)
        no se (ha )?(encontrado|encontró|encuentra) la página|acceso (denegado|prohibido)
        (la )?pagina (richiesta )?non (è stata )?(trovata|esiste|disponibile)|accesso negato
        página não (foi )?(encontrada|existe|disponível)|acesso negado
        (de )?pagina (is |kan )?niet (gevonden|beschikbaar)( worden)?|(deze )?pagina bestaat niet( meer)?
        toegang geweigerd
        sidan (kunde inte hittas|hittades inte|finns inte( längre)?|saknas)
        siden (blev|ble) ikke (fundet|funnet)|siden kunne ikke (findes|finnes)
        siden (findes|finnes) ikke|sivua ei (löydy|löytynyt)|åtkomst nekad
        (podana )?strona nie (została znaleziona|istnieje|znaleziona)|nie znaleziono( takiej)? strony
        brak dostępu|odmowa dostępu
        stránka (nebyla )?(nenalezena|nalezena|neexistuje)|az oldal nem található
        a keresett oldal nem található|pagina nu (a fost găsită|există)|stranica nije pronađena
        страниц[аы] не (найдена|существует|доступна)|такой страницы (нет|не существует)
        доступ (запрещ[её]н|закрыт)|сторінк[ау] не (знайдено|існує)|страницата не е намерена
        (aradığınız )?sayfa (bulunamadı|mevcut değil)|erişim (engellendi|reddedildi)
        η σελίδα δεν (βρέθηκε|υπάρχει)|הדף (לא נמצא|אינו קיים)|الصفحة (غير موجودة|المطلوبة غير موجودة)
        لم يتم العثور على الصفحة
        halaman tidak ditemukan|(không tìm thấy trang|trang không tồn tại)|ไม่พบหน้า.*
        (抱歉|对不起|對不起)?[，,]?\s*(您?访问的|您要找的|該|该)?(页面|頁面|网页|網頁)(不存在|未找到|找不到|没有?找到|已被删除|不見了)了?
        找不到(该|該|此)?(页面|頁面|网页|網頁)|(访问|存取)被拒绝?|拒绝访问
        (お探しの|ご指定の|指定された)?(ページ|記事)(が|は)(見つかり(ません(でした)?)|存在しません|ありません).*
        アクセスが拒否されました
        (요청하신 )?페이지를 찾을 수 없습니다|존재하지 않는 페이지.*|접근이? (거부|금지).*"""
    )
    + ")",
    re.IGNORECASE,
)
ERROR_CLASS = "body.error404, body.error-404, body.page-404, body.page-not-found, body.http-error"

# -- parked
PARKED_SCRIPTS = re.compile(
    r"sedoparking\.com|parkingcrew\.net|parklogic\.com|bodis\.com|above\.com/|skenzo\.com", re.I
)
# What PARKED_TEXT can't do without, in any of its languages; much quicker to look for.
PARKED_WORD = re.compile(
    r"dom[aeæiäí]|domén|домен|web address|suspended|alan adı|parked|域名|網域|ドメイン|도메인", re.I
)
PARKED_TEXT = re.compile(
    _phrases(
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
PARKED_TITLE = re.compile(
    _phrases(
        r"""welcome to (nginx|openresty|caddy|your new (site|website)|centos)
        apache2? .{0,30}default page.{0,20}|test page for .{0,60}
        iis windows( server)?|default (web ?site|web|server) page|it works|domain (default|parking) page
        account suspended|site not (published|configured)
        (website |site )?(coming soon|under construction)|future home of.*"""
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that is not the one that was asked for. `sign` is what gave it away, in a few words for people."""

    kind: Kind
    sign: str


def recognise(tree: Tree) -> Wall | None:
    """What stands in the way, or None for an honest page. `tree.url` is the address that answered in the end.

    The tree is left as it is.
    """
    chars = 0
    for paragraph in tree.document.select("p"):
        chars += len(paragraph.text)
        if chars >= PLENTY:
            return None
    page = _Page(tree)
    alone = len(tree.document.select("a")) <= MANY_LINKS
    return (
        (_challenge(page) or _consent(page) if alone else None)
        or _error(page)
        or _log_in(page)
        or _paywall(page)
        or (_parked(page) or _script_only(page) if alone else None)
    )


class _Page:
    """What is asked of a page more than once, looked up the first time."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.document = tree.document
        self.body = tree.body

    @cached_property
    def title(self) -> str:
        title = self.document.select_one("head > title, body > title")
        return _flat(title.text)[: 2 * NAME_CHARS] if title is not None else ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the page calls itself: the title, its parts and the first heading, or else the only words it has."""
        heading = self.document.select_one("h1") or self.document.select_one("h2")
        parts = [self.title, *SEPARATOR.split(self.title), _flat(heading.text) if heading is not None else ""]
        if not any(parts) and len(self.text) <= SENTENCE_CHARS:
            parts.append(self.text)
        return tuple(part.strip(EDGES) for part in parts if part and len(part) <= NAME_CHARS)

    @cached_property
    def text(self) -> str:
        """All that is to be seen, menus and buttons too."""
        return _flat(self.body.to_text())

    @cached_property
    def prose(self) -> int:
        """Characters of text that is neither a link nor around the matter."""
        outermost = self.body.select(f":is({AROUND}):not(:is({AROUND}) *)")
        return len(_flat(self.body.text)) - sum(len(_flat(element.text)) for element in outermost)

    @cached_property
    def has_matter(self) -> bool:
        return self.document.select_one(MATTER) is not None or len(self.document.select("img")) > 1

    @cached_property
    def is_article(self) -> bool:
        return self.document.select_one(ARTICLE) is not None

    def named(self, pattern: re.Pattern[str]) -> str | None:
        """The name that is, as a whole, what the pattern says."""
        return next((name for name in self.names if pattern.fullmatch(name)), None)


def _challenge(page: _Page) -> Wall | None:
    maker = _challenger(page)
    if maker and len(page.text) <= CHALLENGE_CHARS:
        return Wall("challenge", f"a challenge by {maker}")
    if page.is_article:
        return None
    asked = page.named(CHALLENGE_TITLE)
    if asked and len(page.text) <= CHALLENGE_CHARS:
        return Wall("challenge", _quoted("title", asked))
    waits = page.named(WAITING_TITLE)
    if waits and (
        (len(page.text) <= CHALLENGE_CHARS and CHALLENGE_TEXT.search(page.text))
        or (len(page.text) - len(waits) <= SENTENCE_LEAST and page.document.select_one("img, video, a") is None)
    ):
        return Wall("challenge", _quoted("title", waits))
    if page.document.select_one(CAPTCHA) is not None and len(page.text) <= CAPTCHA_CHARS:
        asked_in_text = CHALLENGE_TEXT.search(page.text)
        return Wall("challenge", _quoted("a captcha, and", asked_in_text.group())) if asked_in_text else None
    if len(page.document.select("p, div")) <= MANY_LINKS and len(page.text) <= CHALLENGE_CHARS:
        refused = REFUSED.search(page.text)
        if refused and not re.search(r"\b5\d\d\b", page.title):
            return Wall("challenge", _quoted("text", refused.group()))
    return None


def _challenger(page: _Page) -> str | None:
    """Whose challenge this is, by what only its maker puts on a page."""
    for script in page.document.select("script, iframe"):
        address = script.attr("src")
        if isinstance(address, str):
            maker = next((name for name, a, b in CHALLENGE_SCRIPTS if a in address and b in address), None)
        else:
            code = script.text
            maker = next((name for name, word in CHALLENGE_CODE if word in code), None)
        if maker:
            return maker
    if page.document.select_one(ANY_CHALLENGE_MARK) is None:
        return None
    return next(name for name, marks in CHALLENGE_MARKS if page.document.select_one(marks) is not None)


def _consent(page: _Page) -> Wall | None:
    address = urlsplit(page.tree.url)
    sent = CONSENT_ADDRESS.search(f"{address.hostname or ''}{address.path}")
    if not sent:
        names = (page.title, *(_flat(heading.text)[:NAME_CHARS] for heading in page.document.select("h1")))
        if not any(map(CONSENT_WORD.search, names)):
            return None
    if page.is_article or page.document.select_one(CONTENT) is not None or len(page.text) > CONSENT_CHARS:
        return None
    if not _asks_for_consent(page):
        return None
    if sent:
        return Wall("consent", _quoted("address", sent.group().strip("/")))
    product = next((name for name, mark in CONSENT_PRODUCTS if page.document.select_one(mark) is not None), None)
    return Wall("consent", f"nothing but {product}'s question" if product else "nothing but a question about consent")


def _asks_for_consent(page: _Page) -> bool:
    """Is the text about consent, is there a choice, and is there nothing beside the box with the choice?"""
    choice = next((c for c in page.document.select(CHOICES) if CONSENT_CHOICE.search(_label(c))), None)
    about, other = _shares(page.body.to_text(), CONSENT_WORD)
    if choice is None or about < CONSENT_SHARE * (about + other) or len(CONSENT_CORE.findall(page.text)) < 2:
        return False
    box = choice.closest(CONSENT_BOX)
    while box is not None and box.parent is not None and (around := _closest(box.parent, CONSENT_BOX)) is not None:
        box = around
    return box is None or len(page.text) - len(_flat(box.to_text())) <= SHELL_CHARS


def _closest(node: Node, selector: str) -> Element | None:
    return node.closest(selector) if isinstance(node, Element) else None


def _label(choice: Element) -> str:
    """What a button, or a link that looks like one, says; a whole sentence is no button's."""
    said = _flat(f"{choice.text} {choice.attr('value') or ''}")
    return said if len(said) <= SIGN_CHARS else ""


def _log_in(page: _Page) -> Wall | None:
    fields = page.document.select("input[type=password i]")
    address = LOG_IN_PATH.search(urlsplit(page.tree.url).path)
    if not fields:
        if not address or page.document.select_one("input[type=email i]") is None:
            return None
    elif all(field.closest(LOG_IN_BESIDE) is not None for field in fields):
        return None
    if page.is_article and page.document.select_one("form.post-password-form") is None:
        return None
    name = page.named(LOG_IN_TITLE)
    if page.prose > LOG_IN_CHARS or not (name or (address and fields) or _only_asks(page)):
        return None
    if name:
        return Wall("log-in", _quoted("title", name))
    return Wall("log-in", _quoted("address", address.group().strip("/")) if address else "a password is asked for")


def _only_asks(page: _Page) -> bool:
    """Is there nothing on the page but a form for a password?"""
    bare = len(page.text) <= SHELL_CHARS and not page.has_matter and page.document.select_one("h1 + p") is None
    return bare or page.document.select_one("form.post-password-form") is not None


def _paywall(page: _Page) -> Wall | None:
    if any(LOCKED.search(s.text) for s in page.document.select("script[type='application/ld+json' i]")):
        if _locked(page) and page.prose <= TEASER_CHARS:
            return Wall("paywall", "the page says that it is not free to read")
        return None
    for box in page.body.select(PAYWALL)[:MANY_LINKS]:
        offer = _flat(box.text)
        asked = PAYWALL_TEXT.search(offer) if len(offer) <= OFFER_CHARS else None
        if asked and box.closest(HIDDEN) is None:
            return Wall("paywall", _quoted("text", asked.group())) if page.prose <= TEASER_CHARS else None
    return None


def _locked(page: _Page) -> bool:
    """Does the page say of itself, and not of those it lists, that it is locked, and does it keep to that?"""
    pieces = [i for i in structured.items(page.tree) if i.types & structured.ARTICLE_TYPES]
    if len(pieces) != 1 or not any(t.casefold().endswith("false") for t in pieces[0].texts("isAccessibleForFree")):
        return False
    if len(pieces[0].text("articleBody") or "") > TEASER_CHARS:
        return False
    for part in pieces[0].items("hasPart"):
        selector = part.text("cssSelector") or ""
        if re.fullmatch(r"[.#][\w-]+", selector):
            held = [_flat(element.text) for element in page.body.select(selector)]
            if sum(map(len, held)) > UNLOCKED_CHARS and not any(map(PAYWALL_TEXT.search, held)):
                return False
    return True


def _error(page: _Page) -> Wall | None:
    name = page.named(ERROR_TITLE)
    if name is None and page.document.select_one(ERROR_CLASS) is None:
        return None
    if page.is_article or page.prose > ERROR_CHARS:
        return None
    return Wall("error", _quoted("title", name) if name else "marked as an error page")


def _parked(page: _Page) -> Wall | None:
    title = page.named(PARKED_TITLE)
    for_sale = next(filter(None, map(PARKED_TEXT.search, (page.title, *page.names))), None)
    scripted = any(
        PARKED_SCRIPTS.search(str(s.attr("src") or s.attr("href") or ""))
        for s in page.document.select("script, iframe, link, img")
    )
    if not (title or for_sale or scripted):
        if len(page.document.select("p, div")) > MANY_LINKS or len(page.text) > ERROR_CHARS:
            return None
        for_sale = PARKED_TEXT.search(page.text) if PARKED_WORD.search(page.text) else None
    if not (title or for_sale or scripted) or page.is_article or len(page.text) > PARKED_CHARS:
        return None
    if title or for_sale:
        return Wall("parked", _quoted("text", title or (for_sale.group() if for_sale else "")))
    return Wall("parked", "a script that shows adverts for unused names")


def _script_only(page: _Page) -> Wall | None:
    if page.is_article or page.document.select_one("script") is None or len(page.text) > ERROR_CHARS:
        return None
    asked = next(filter(None, (_wanted(n.text) for n in page.document.select("noscript"))), None)
    shown = _wanted(page.text)
    if not (shown or (len(page.text) <= SHELL_CHARS and (asked or page.document.select_one(ROOTS) is not None))):
        return None
    if page.has_matter or (not shown and page.document.select_one("h1") is not None):
        return None
    if shown or asked:
        return Wall("script-only", _quoted("text", shown or asked or ""))
    return Wall("script-only", "an empty place for a script to fill")


def _wanted(text: str) -> str | None:
    """The words that ask for JavaScript, unless it is for comments only."""
    if "script" not in text.casefold():
        return None
    said = SCRIPTS_WANTED.search(_flat(text))
    return said.group() if said and not COMMENTS_WANTED.search(text) else None


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


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(place: str, words: str) -> str:
    text = _flat(words)
    return f"{place} “{text if len(text) <= SIGN_CHARS else text[: SIGN_CHARS - 1] + '…'}”"
