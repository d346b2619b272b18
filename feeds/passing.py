"""What stands in a text and is not said by its author: counters, relative times, adverts, lists of links."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

# The words beside a number that counts what readers do, and no author.
COUNTED = """views? reads? likes? shares? comments? replies responses reactions? claps? retweets? downloads? votes?
    visits? visitors? followers? subscribers? bookmarks? plays? people\\sreading online\\snow
    aufrufen? kommentaren? leser besucher antworten abonnenten gefällt\\smir mal\\sgelesen mal\\sgeteilt
    mal\\saufgerufen vues? lectures? commentaires? partages? réponses? abonnés j['’]aime
    vistas visitas lecturas comentarios? respuestas compartidos? me\\sgusta visualizações visualizzazioni letture
    comentários? commenti condivisioni keer\\sgelezen reacties weergaven visningar visninger kommentarer delningar
    wyświetle(?:ń|nia) komentarz(?:e|y) odsłon просмотр(?:ов|а)? комментари(?:ев|я|й) лайк(?:ов|а)? прочтени(?:й|я)
    перегляд(?:ів|и)? коментар(?:ів|і) görüntüleme okunma yorum مشاهدة تعليق تعليقات""".split()
COUNTED_CJK = "|".join(
    """回阅读 次阅读 阅读 次浏览 浏览 条评论 评论 点赞 回表示 閲覧 件のコメント コメント いいね
    조회수? 댓글 추천 공감""".split()
)
# The same before the number, and what else a template puts before a number or a time.
BEFORE = """views viewed reads comments shares likes visits hits aufrufe kommentare gelesen zugriffe vues
    commentaires lectures partages vistas visitas lecturas comentarios visualizações visualizzazioni commenti gelezen
    reacties просмотров просмотры комментарии комментариев прочитано wyświetleń odsłony komentarze görüntülenme yorumlar
    阅读 阅读量 浏览 浏览量 评论 閲覧数 コメント アクセス数 조회 조회수 댓글""".split()
BEFORE_CJK = "阅读量|浏览量|閲覧数|アクセス数|조회수?|댓글"
STAMPED = """updated last\\supdated last\\smodified checked printed retrieved as\\sof aktualisiert
    letzte\\saktualisierung zuletzt\\sgeändert stand abgerufen mis\\sà\\sjour(?:\\sle)? mise\\sà\\sjour
    dernière\\smise\\sà\\sjour actualizado última\\sactualización aggiornato ultimo\\saggiornamento atualizado
    bijgewerkt laatst\\sbijgewerkt uppdaterad opdateret oppdatert päivitetty zaktualizowano aktualizacja
    обновлено дата\\sобновления оновлено güncelleme 更新 更新日 更新时间 最終更新 最終更新日 수정 최종\\s수정""".split()
UNITS = """s sec secs seconds? min mins minutes? h hr hrs hours? days? weeks? months? years?
    sekunden? minuten? stunden? std tag(?:en?)? wochen? monat(?:en?)? jahr(?:en?)?
    secondes? heures? jours? semaines? mois ans? années?
    segundos? minutos? horas? días? dias? semanas? mes(?:es)? años? anos?
    second[oi] minut[oi] or[ae] giorn[oi] settiman[ae] mes[ei] ann[oi]
    seconden uur uren dag(?:en)? weken maand(?:en)? jaar jaren
    sekunder minuter minutter timm(?:e|ar) timer? time dagar? dage veck(?:a|or) uker? uger? månad(?:er)? måned(?:er)? år
    секунд[уы]? минут[уы]? час(?:а|ов)? дн(?:я|ей)|день недел[юиь] месяц(?:а|ев)? год(?:а)?|лет
    хвилин[уи]? годин[уи]? дні|днів тижн(?:і|ів) місяц(?:і|ів) рок(?:и|ів)
    minut[ęy]? godzin[ęy]? dni tygodni(?:e)? miesiąc(?:e)? miesięcy lat
    saniye dakika saat gün hafta ay yıl""".split()
AGO = "ago|fa|geleden|sedan|siden|temu|назад|тому|önce|atrás|sitten"
SINCE = "vor|il y a|hace|há|fa|for|för|za"
READING = """min(?:ute)?s?\\sread minutes?\\sto\\sread reading\\stime lesezeit temps\\sde\\slecture min\\sde\\slecture
    tiempo\\sde\\slectura tempo\\sdi\\slettura leestijd czas\\sczytania время\\sчтения 読了時間 阅读时间""".split()
_ANY = {
    name: "|".join(each.replace("\\s", r"\s") for each in words)
    for name, words in {"c": COUNTED, "b": BEFORE, "s": STAMPED, "u": UNITS, "r": READING}.items()
}
NUMBER = r"\d[\d.,'’\u202f\u00a0 ]*(?:k|m|tsd|mio|тыс|万|億|천|만)?\b"
# Each leaves its words and loses its number.
MASKS = tuple(
    re.compile(mask, re.IGNORECASE)
    for mask in (
        rf"\b(?:a|an|one|einer?|un[ea]?|\d+)\+?\s?(?:{_ANY['u']})\.?\s(?:{AGO})\b",
        rf"\b(?:{SINCE})\s(?:über\s|etwa\s|environ\s|unos\s)?(?:einer?[mn]?|un[ae]?|\d+)\s?(?:{_ANY['u']})\b",
        r"\d+\s?(?:秒|分|分钟|分鐘|小时|小時|時間|天|日|周|週間|个月|個月|ヶ月|か月|年)(?:前|以前|之前)",
        r"\d+\s?(?:초|분|시간|일|주|개월|년)\s?전",
        r"\bjust now\b|\bgerade eben\b|\bà l['’]instant\b|\bhace un momento\b|\bтолько что\b|刚刚|たった今|방금",
        rf"\b{NUMBER}\s?(?:{_ANY['c']})(?!\w)",
        rf"\d[\d.,]*[万億千만천]?\s?(?:{COUNTED_CJK})",
        rf"(?<!\w)(?:{_ANY['b']})\s?[:：(]\s?{NUMBER}\)?",
        rf"(?:{BEFORE_CJK})\s?{NUMBER}",
        rf"\b{NUMBER}\s?(?:{_ANY['r']})|(?:{_ANY['r']})\s?[:：]?\s?(?:ca\.\s|~|約|约)?{NUMBER}",
    )
)
# A longer line is a paragraph, and no counter; nor is time lost on it.
MASKED_CHARS = 500
# What is left of a line beside a counter, by and large: "Posted", "by the harbour desk".
LEFT_WORDS = 4
# A line that tells when it was made, and nothing else: so many words at most.
STAMP = re.compile(rf"^\W*(?:{_ANY['s']})\b|^(?:更新|最終更新|최종\s?수정)", re.IGNORECASE)
STAMP_WORDS = 10
# A line with nothing but numbers and marks is a counter, a clock, or the number of a page.
FIGURES = re.compile(r"^[\W\d_]*$")
# A line that says that what follows is paid for.
ADVERT = re.compile(
    r"^\W*(?:advert(?:isement|ising)?|ad|ads by \w+|sponsored(?: content)?|promoted|paid content|anzeigen?|werbung|"
    r"publicité|annonce|publicidad|anuncio|pubblicità|publicidade|advertentie|annons|annonse|mainos|reklama|реклама|"
    r"реклам[аи]|reklam|広告|スポンサーリンク|ad|pr|廣告|广告|광고|إعلان)\W*$",
    re.IGNORECASE,
)
# What a site asks of its readers, in so many words at most.
ASKING = re.compile(
    r"\b(?:subscribe|sign up|newsletter|join our|follow us|download our app|become a member|donate|abonnieren|"
    r"newsletter|folgen sie uns|jetzt anmelden|abonnez-vous|inscrivez-vous|suivez-nous|suscríbete|síguenos|iscriviti|"
    r"seguici|inscreva-se|assine|abonneer|volg ons|prenumerera|tilmeld|подпишитесь|подписывайтесь|zapisz się|"
    r"abone ol)\b|購読|登録はこちら|订阅|关注我们|구독",
    re.IGNORECASE,
)
PROMOTION_WORDS = 30
# Link lists are nothing that is said, unless there is little else.
MOSTLY_LINKS = 0.5
NUMBERED = re.compile(r"^\d{1,3}\.\s")


def lines(text: str) -> list[str]:
    return [line for line in map(flat, text.split("\n")) if line]


def said(lines: Sequence[str], links: frozenset[str], beside: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The lines of a text that its author says, in order, each as a line of words without what passes.

    `links` are the texts of the links in it, folded by `flat`: a line that is one of them leads elsewhere. `beside` are
    the lines of another state of the text: what stands in both is no advert that comes and goes.
    """
    linked = [line for line in lines if _leads(line, links)]
    only_links = sum(map(len, linked)) > MOSTLY_LINKS * sum(map(len, lines))
    return tuple(_said(lines, frozenset() if only_links else links, beside))


def _said(lines: Sequence[str], links: frozenset[str], beside: frozenset[str]) -> Iterator[str]:
    paid = False
    for line in lines:
        before, paid = paid, ADVERT.match(line) is not None
        count = len(line.split())
        if paid or FIGURES.match(line) or _leads(line, links):
            continue
        if count <= PROMOTION_WORDS and ((before and line not in beside) or ASKING.search(line)):
            continue
        if count <= STAMP_WORDS and STAMP.search(line):
            continue
        masked = line
        for mask in MASKS if len(line) <= MASKED_CHARS else ():
            masked = mask.sub("#", masked)
        if masked == line or len(masked.split()) > LEFT_WORDS:
            yield masked


def _leads(line: str, links: frozenset[str]) -> bool:
    return line in links or NUMBERED.sub("", line) in links


def flat(text: str) -> str:
    """One line in one spelling: composed, with blanks as blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\u200b", "").split())
