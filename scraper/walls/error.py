"""Errors that are sent as if they were pages."""

import re

from scraper.walls.sight import ERROR_CHARS, Sight, Wall, phrases, quoted

# Codes with or without their names, and what sites say in their own languages.
_CODE = r"(?:40[0134]|410|429|451|50[0-4]|52\d)"
_ERROR = r"(?:https?|error|page|fehler|erreur|errore|erro|fout|fel|feil|błąd|chyba|ошибка|hata|错误|エラー)"
_CODE_NAME = (
    r"not found|forbidden|gone|unauthori[sz]ed|bad request|too many requests|(internal )?server error|bad gateway"
    r"|service (temporarily )?unavailable|gateway time-?out|origin .{0,40}|web server .{0,40}|connection timed out"
)
TITLE = re.compile(
    rf"({_ERROR}[\s#:-]*)*{_CODE}([\s:–—,.!-]*({_ERROR}|{_CODE_NAME})){{0,2}}"
    rf"|({_ERROR}[\s#:-]*)*({_CODE}[\s:–—,.!-]*)?(sorry,? |(wh)?oops[,!.…]* )?("
    + phrases(
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
CLASS = "body.error404, body.error-404, body.page-404, body.page-not-found, body.http-error"


def find(page: Sight) -> Wall | None:
    """By its name, or by what its body is called."""
    name = page.named(TITLE)
    if name is None and page.document.select_one(CLASS) is None:
        return None
    if page.is_article or page.prose > ERROR_CHARS:
        return None
    return Wall("error", quoted("title", name) if name else "marked as an error page")
