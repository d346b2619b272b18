"""Text → aware datetime, at the offset that the text gives."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

# Before this nothing was published on the web; a day ahead is a time zone, more is a mistake or an announcement.
EARLIEST = datetime(1991, 8, 6, tzinfo=UTC)
# After this no page can have been published, whatever the clock says; a moment beyond it may not even fit in UTC.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
# By so many years the calendar of Thailand is ahead.
BUDDHIST = 543

# The names of the months, January to December, as they stand in dates; a word also counts by any beginning of three
# or more letters, for the month that it means in the most languages. Forms of one month are joined by a slash.
MONTHS = """
en january february march april may june july august september october november december
de januar/jänner februar märz april mai juni juli august september oktober november dezember
fr janvier février mars avril mai juin juillet août septembre octobre novembre décembre
es enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre
it gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
pt janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
nl januari februari maart april mei juni juli augustus september oktober november december
da januar februar marts april maj juni juli august september oktober november december
sv januari februari mars april maj juni juli augusti september oktober november december
no januar februar mars april mai juni juli august september oktober november desember
fi tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta \
marraskuuta joulukuuta
pl stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec \
sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień
cs ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen \
září října/říjen listopadu/listopad prosince/prosinec
ru января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август \
сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь
uk січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень \
серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень
ro ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
hu január február március április május június július augusztus szeptember október november december
tr ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
el ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου \
δεκεμβρίου
ar يناير/كانون-الثاني فبراير/شباط مارس/آذار أبريل/ابريل/نيسان مايو/أيار يونيو/يونيه/حزيران يوليو/يوليه/تموز \
أغسطس/اغسطس/آب سبتمبر/أيلول أكتوبر/اكتوبر/تشرين-الأول نوفمبر/تشرين-الثاني ديسمبر/كانون-الأول
fa ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
he ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
bn জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/অগাস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
hi जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
id januari februari maret april mei juni juli agustus september oktober november desember
ms januari februari mac april mei jun julai ogos september oktober november disember
ca gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
hr siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj \
kolovoza/kolovoz rujna/rujan listopada/listopad studenoga/studenog/studeni prosinca/prosinac
sl januarja/januar februarja/februar marca/marec aprila/april maja/maj junija/junij julija/julij avgusta/avgust \
septembra/september oktobra/oktober novembra/november decembra/december
sr januara/januar februara/februar marta/mart aprila/april maja/maj juna/jun jula/jul avgusta/avgust \
septembra/septembar oktobra/oktobar novembra/novembar decembra/decembar
sr-cyrl јануара/јануар фебруара/фебруар марта/март априла/април маја/мај јуна/јун јула/јул августа/август \
септембра/септембар октобра/октобар новембра/новембар децембра/децембар
sk januára/január februára/február marca/marec apríla/apríl mája/máj júna/jún júla/júl augusta/august \
septembra/september októbra/október novembra/november decembra/december
bg януари февруари март април май юни юли август септември октомври ноември декември
et jaanuar/jaanuari veebruar/veebruari märts/märtsi aprill/aprilli mai juuni juuli august/augusti \
september/septembri oktoober/oktoobri november/novembri detsember/detsembri
lv janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā \
augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī
lt sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis liepos/liepa \
rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis
th มกราคม/ม.ค. กุมภาพันธ์/ก.พ. มีนาคม/มี.ค. เมษายน/เม.ย. พฤษภาคม/พ.ค. มิถุนายน/มิ.ย. กรกฎาคม/ก.ค. สิงหาคม/ส.ค. กันยายน/ก.ย. \
ตุลาคม/ต.ค. พฤศจิกายน/พ.ย. ธันวาคม/ธ.ค.
"""
# Languages whose all-number dates put the month first.
MONTH_FIRST = ("en-us", "en-ph", "en-ca")


def _names() -> dict[str, dict[str, int]]:
    """The months by name in each language, and under "" by what their names mean in the most of them."""
    every: dict[str, dict[str, int]] = {"": {}}
    beginnings: dict[str, Counter[int]] = {}
    for line in unicodedata.normalize("NFC", MONTHS).replace("\\\n", "").strip().split("\n"):
        language, *months = line.split()
        own = every.setdefault(language.partition("-")[0], {})
        for month, forms in enumerate(months, 1):
            for form in forms.split("/"):
                word = form.replace("-", " ")
                every[""].setdefault(word, month)
                own[word] = month
                for length in range(3, len(word)):
                    own.setdefault(word[:length], month)
                    beginnings.setdefault(word[:length], Counter())[month] += 1
    for beginning, counted in beginnings.items():
        every[""].setdefault(beginning, counted.most_common(1)[0][0])
    return every


BY_NAME = _names()


def _month(name: str, language: str | None) -> int:
    """The month of that name, as the language has it where it has it; 0 for none."""
    name = name.lower()
    own = BY_NAME.get((language or "").lower().replace("_", "-").partition("-")[0], {})
    return own.get(name) or BY_NAME[""].get(name, 0)


OFFSET = r"(?:Z|UTC|GMT)?(?P<offset>[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?"
# What stands between a date and its time: «the year», as Russian and Ukrainian say it, and «at».
AT = r"(?:(?:года|г\.|року|р\.),? )?(?:(?:at|um|à|às|alle|kl\.?|klo|om|o|v|в|о) )?"
TIME = (
    rf"(?:[T,،\s]+{AT}(?P<hour>\d\d?)[:.h時时시](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,:]\d+)?)?"
    rf"\s*(?P<half>[ap]\.?m\.?)?\s*{OFFSET})?"
)
# A month's name; the vowel signs of Devanagari, Bengali and Thai are no letters, and some Arabic names are two words.
WORD = r"(?P<name>[^\W\d_](?:[^\W\d_]|[\u093a-\u094f\u09bc-\u09cd\u0e31-\u0e4e])+(?: ال[^\W\d_]+)?)\.?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?<![\d/.-]){YEAR}(?:[-/]|\.\s?)(?P<month>\d\d?)(?:[-/]|\.\s?)(?P<day>\d\d?)(?![\d/-]){TIME}",
        rf"{YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일]?{TIME}",
        r"(?<![\d/.-])(?P<day>\d\d?)(?:st|nd|rd|th|er|\.|º|ª)?[\s-]+(?:de |of |d['’]|ב)?"
        rf"{WORD}[\s,،-]*(?:de |del )?{YEAR}(?!\d){TIME}",
        rf"(?<![^\W\d_]){WORD}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d){TIME}",
        rf"{YEAR}[\s.,-]+(?:m\.\s)?{WORD}[\s-]+(?P<day>\d\d?)(?!\d|(?:st|nd|rd|th)?,? (?:19|20)\d\d){TIME}",
        # As the C library writes it, and with the year cut to two digits.
        rf"(?<![^\W\d_]){WORD}\s+(?P<day>\d\d?)\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
        rf"\s+(?:[A-Z]{{2,5}}\s+)?{YEAR}(?!\d)",
        rf"(?<![\d/.-])(?P<day>\d\d?)-{WORD}-(?P<year>[0-4]\d)(?![\d-]){TIME}",
        rf"(?<![\d/.-])(?P<first>\d\d?)(?P<sep>[./-])(?P<then>\d\d?)(?P=sep){YEAR}(?!\.?\d){TIME}",
        rf"(?<![\d/.|-])(?P<first>\d\d?)(?P<sep>(?:\.| ?\|| ?/) )(?P<then>\d\d?)(?P=sep){YEAR}(?!\.?\d){TIME}",
        rf"(?<![\d/.:-])(?P<first>\d\d)(?P<sep>[./])(?P<then>\d\d)(?P=sep)(?P<year>[0-4]\d)(?![\d/:%]|[.]\d){TIME}",
        # Thai, as a rule with the year of the Buddhist era.
        rf"(?<!\d)(?P<day>\d\d?)\s+(?P<name>[\u0e01-\u0e4e.]{{4,12}})\s+(?:พ\.ศ\.\s*|ค\.ศ\.\s*)?(?P<year>20\d\d|25\d\d)(?!\d){TIME}",
        rf"(?P<day>\d\d?)\s+th(?:án)?g\s+(?P<month>\d\d?)(?:,|\s+năm)?\s+{YEAR}(?!\d){TIME}",
    )
)
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "0123456789" * 6)
# The form of RFC 5322 and RFC 9110; the library reads much more than that, and not as it was meant.
MAIL_DATE = re.compile(r"^([a-z]+,? )?\d\d?[ -][a-z]{3}[ -](\d\d){1,2} \d\d:\d\d(?!.*\b[ap]\.?m\b)", re.IGNORECASE)
# No line that dates a page is longer.
LONGEST = 2000
COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z)?$")


def parse(text: str, language: str | None = None) -> datetime | None:
    """The moment that `text` as a whole stands for, aware; a date alone is its midnight.

    It keeps the offset that the text gives, so that its day is the day where it was written; a time without a zone
    is taken as UTC. `language` (BCP 47) decides whether 3/4/2026 begins with the month. None when it is no date, or
    no date that a page on the web can have.
    """
    if len(text) > LONGEST:
        return None
    text = " ".join(text.translate(DIGITS).split()).strip(" .,;|·•")
    if not text or len(text) > 100:
        return None
    for read in (_iso, _rfc_5322):
        moment = read(text)
        if moment is not None:
            return _sane(moment)
    return find(text, language)


def find(text: str, language: str | None = None) -> datetime | None:
    """The first date inside `text`, as `parse` gives it."""
    found = next(found_in(text, language), None)
    return found.moment if found else None


@dataclass(frozen=True, slots=True)
class Found:
    """A date inside a text: the moment, and where it begins and ends."""

    moment: datetime
    start: int
    end: int


def found_in(text: str, language: str | None = None) -> Iterator[Found]:
    """The dates inside the first characters of `text`, in order; none overlaps another."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).translate(DIGITS)
    here = 0
    while best := _next(text, here, language):
        yield best
        here = best.end


def _next(text: str, here: int, language: str | None) -> Found | None:
    best: Found | None = None
    for shape in SHAPES:
        for match in shape.finditer(text, here):
            if best and match.start() >= best.start:
                break
            moment = _moment(match, language)
            if moment is not None:
                best = Found(moment, match.start(), match.end())
                break
    return best


def plausible(moment: datetime | None, now: datetime) -> bool:
    """Whether a page read at `now` can have been published at `moment`."""
    return moment is not None and EARLIEST <= moment <= now + AHEAD


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        match = COMPACT.match(text)
        if not match:
            return None
        year, month, day, hour, minute, second, _ = match.groups()
        try:
            return datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                tzinfo=UTC,
            )
        except ValueError:
            return None


def _rfc_5322(text: str) -> datetime | None:
    if not MAIL_DATE.match(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _moment(match: re.Match[str], language: str | None) -> datetime | None:
    part = match.groupdict()
    if "first" in part:
        first, then = int(part["first"]), int(part["then"])
        month_first = "/" in part["sep"] and (language or "").lower() in MONTH_FIRST
        day, month = (then, first) if (month_first and first <= 12) or then > 12 else (first, then)
    else:
        day = int(part["day"])
        month = int(part["month"]) if "month" in part else _month(part["name"], language)
    hour = int(part["hour"] or 0)
    half = part.get("half")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    try:
        minute, second = int(part["minute"] or 0), int(part["second"] or 0)
        year = int(part["year"])
        year -= BUDDHIST if year > LATEST.year else 0
        moment = datetime(
            year if year > 99 else 2000 + year, month, day, hour, minute, second, tzinfo=_zone(part.get("offset"))
        )
    except ValueError:
        return None
    return _sane(moment)


def _zone(offset: str | None) -> timezone:
    if not offset:
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if offset[0] == "-" else delta) if delta < timedelta(hours=24) else UTC


def _sane(moment: datetime) -> datetime | None:
    """The moment at a fixed offset of whole minutes, to the second; None for one that can't be."""
    offset = moment.utcoffset()
    if offset is None:
        moment = moment.replace(tzinfo=UTC)
    elif offset % timedelta(minutes=1):
        return None
    else:
        moment = moment.replace(tzinfo=timezone(offset) if offset else UTC)
    moment = moment.replace(microsecond=0)
    return moment if EARLIEST <= moment < LATEST else None
