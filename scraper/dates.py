"""Text → aware datetime, at the offset that the text gives."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from scraper.months import month as month_named

# Before this nothing was published on the web; a day ahead is a time zone, more is a mistake or an announcement.
EARLIEST = datetime(1991, 8, 6, tzinfo=UTC)
# After this no page can have been published, whatever the clock says; a moment beyond it may not even fit in UTC.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
# The zone of a text that says none: reckoned as UTC, until whoever knows the site's clock says better (`at_home`).
UNSAID = timezone(timedelta(0), "unsaid")
# By so many years the calendar of Thailand is ahead.
BUDDHIST = 543

# Languages whose all-number dates put the month first.
MONTH_FIRST = ("en-us", "en-ph", "en-ca")


OFFSET = r"(?:Z|UTC|GMT)?(?P<offset>[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?"
# What stands between a date and its time: «the year», as Russian and Ukrainian say it, and «at».
AT = r"(?:(?:года|г\.|року|р\.),? )?(?:(?:at|um|à|às|alle|kl\.?|klo|om|o|v|в|о) )?"
TIME = (
    rf"(?:(?:[T,،\s]+|\s[|·•–—-]\s){AT}(?P<hour>\d\d?)[:.h時时시](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,:]\d+)?)?"
    rf"\s*(?P<half>[ap]\.?m\.?)?\s*{OFFSET})?"
)
# A month's name; the vowel signs of Devanagari, Bengali and Thai are no letters, and some Arabic names are two words.
WORD = r"(?P<name>[^\W\d_](?:[^\W\d_]|[\u093a-\u094f\u09bc-\u09cd\u0e31-\u0e4e])+(?: ال[^\W\d_]+)?)\.?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
# The shapes of dates, each with what no text of that shape is without: a cheap look before a dear one.
SHAPES = tuple(
    (re.compile(needs), re.compile(shape, re.IGNORECASE))
    for needs, shape in (
        (
            r"\d{4}[-/.]",
            rf"(?<![\d/.-]){YEAR}(?:[-/]|\.\s?)(?P<month>\d\d?)(?:[-/]|\.\s?)(?P<day>\d\d?)(?![\d/-]){TIME}",
        ),
        ("[年년]", rf"{YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일]?{TIME}"),
        (
            r"(?:19|20)\d\d",
            r"(?<![\d/.-])(?P<day>\d\d?)(?:st|nd|rd|th|er|\.|º|ª)?[\s-]+(?:de |of |d['’]|ב)?"
            rf"{WORD}[\s,،-]*(?:de |del )?{YEAR}(?!\d){TIME}",
        ),
        (
            r"\s\d[^\s\d]{0,3}\s+(?:19|20)\d\d|\s\d\d[^\s\d]{0,3}\s+(?:19|20)\d\d",
            rf"(?<![^\W\d_]){WORD}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d){TIME}",
        ),
        (
            r"(?:19|20)\d\d",
            rf"{YEAR}[\s.,-]+(?:m\.\s)?{WORD}[\s-]+(?P<day>\d\d?)(?!\d|(?:st|nd|rd|th)?,? (?:19|20)\d\d){TIME}",
        ),
        # As the C library writes it, and with the year cut to two digits.
        (
            r":\d\d\s",
            rf"(?<![^\W\d_]){WORD}\s+(?P<day>\d\d?)\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
            rf"\s+(?:[A-Z]{{2,5}}\s+)?{YEAR}(?!\d)",
        ),
        (r"-\d\d(?!\d)", rf"(?<![\d/.-])(?P<day>\d\d?)-{WORD}-(?P<year>[0-4]\d)(?![\d-]){TIME}"),
        (
            r"[./-]\d{4}",
            rf"(?<![\d/.-])(?P<first>\d\d?)(?P<sep>[./-])(?P<then>\d\d?)(?P=sep){YEAR}(?!\.?\d){TIME}",
        ),
        (
            r"[./|] \d{4}",
            r"(?<![\d/.|-])(?P<first>\d\d?)(?P<sep>(?:\.| ?\|| ?/) )(?P<then>\d\d?)(?P=sep)"
            rf"{YEAR}(?!\.?\d){TIME}",
        ),
        (
            r"[./]\d\d[./]",
            r"(?<![\d/.:-])(?P<first>\d\d)(?P<sep>[./])(?P<then>\d\d)(?P=sep)(?P<year>[0-4]\d)"
            rf"(?![\d/:%]|[.]\d){TIME}",
        ),
        # Thai, as a rule with the year of the Buddhist era.
        (
            "[\u0e01-\u0e4e]",
            r"(?<!\d)(?P<day>\d\d?)\s+(?P<name>[\u0e01-\u0e4e.]{4,12})\s+(?:[พค]\.ศ\.\s*)?"
            rf"(?P<year>20\d\d|25\d\d)(?!\d){TIME}",
        ),
        (r"g\s\d", rf"(?P<day>\d\d?)\s+th(?:án)?g\s+(?P<month>\d\d?)(?:,|\s+năm)?\s+{YEAR}(?!\d){TIME}"),
    )
)
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "0123456789" * 6)
# No date is without one of these: a cheap look before a dear one.
LIKELY = re.compile(r"(?:19|20|25)\d\d|\d[./]\d\d[./]\d|-\d\d(?!\d)")
# The form of RFC 5322 and RFC 9110; the library reads much more than that, and not as it was meant.
MAIL_DATE = re.compile(r"^([a-z]+,? )?\d\d?[ -][a-z]{3}[ -](\d\d){1,2} \d\d:\d\d(?!.*\b[ap]\.?m\b)", re.IGNORECASE)
# No line that dates a page is longer.
LONGEST = 2000
COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z)?$")


def parse(text: str, language: str | None = None) -> datetime | None:
    """The moment that `text` as a whole stands for, aware; a date alone is its midnight.

    It keeps the offset that the text gives, so that its day is the day where it was written; where it gives none, the
    zone is UNSAID. `language` (BCP 47) decides whether 3/4/2026 begins with the month. None when it is no date, or
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
    text = text[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(DIGITS)
    if not LIKELY.search(text):
        return
    shapes = [shape for needs, shape in SHAPES if needs.search(text)]
    ahead = [_first(shape, text, 0, language) for shape in shapes]
    while best := min(filter(None, ahead), key=lambda found: found.start, default=None):
        yield best
        for number, known in enumerate(ahead):
            if known and known.start < best.end:
                ahead[number] = _first(shapes[number], text, best.end, language)


def _first(shape: re.Pattern[str], text: str, here: int, language: str | None) -> Found | None:
    for match in shape.finditer(text, here):
        moment = _moment(match, language)
        if moment is not None:
            return Found(moment, match.start(), match.end())
    return None


def plausible(moment: datetime | None, now: datetime) -> bool:
    """Whether a page read at `now` can have been published at `moment`."""
    return moment is not None and EARLIEST <= moment <= now + AHEAD


def turned(moment: datetime) -> datetime:
    """The moment with day and month in each other's place, where that is one."""
    return moment.replace(month=moment.day, day=moment.month) if moment.day <= 12 else moment


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        match = COMPACT.match(text)
        if not match:
            return None
        year, month, day, hour, minute, second, zulu = match.groups()
        try:
            return datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                tzinfo=UTC if zulu else UNSAID,
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
        month = int(part["month"]) if "month" in part else month_named(part["name"], language)
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


def at_home(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """The moment by the clock of its site, where it does not say by whose it is told.

    Of an hour that comes twice the first is meant; one that the clocks leave out is reckoned as if they did not.
    """
    said = moment is None or moment.tzname() != UNSAID.tzname(None)
    return moment if moment is None or said else _sane(moment.replace(tzinfo=zone))


def _zone(offset: str | None) -> timezone:
    if not offset:
        return UNSAID
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if offset[0] == "-" else delta) if delta < timedelta(hours=24) else UTC


def _no_offset(moment: datetime) -> timezone:
    return UNSAID if moment.tzname() == UNSAID.tzname(None) else UTC


def _sane(moment: datetime) -> datetime | None:
    """The moment at a fixed offset of whole minutes, to the second; None for one that can't be."""
    offset = moment.utcoffset()
    if offset is None:
        moment = moment.replace(tzinfo=UNSAID)
    elif offset % timedelta(minutes=1):
        return None
    else:
        moment = moment.replace(tzinfo=timezone(offset) if offset else _no_offset(moment))
    moment = moment.replace(microsecond=0)
    return moment if EARLIEST <= moment < LATEST else None
