"""How walls read, and what they are made of: the phrases and marks by which `walls` recognises them."""

import re

# What nobody sees.
HIDDEN = "[hidden], [style*='display:none' i], [style*='display: none' i]"


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
