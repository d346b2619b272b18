"""Dates as the pages of the world write them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import dates

# What is written, and the moment meant: `year-month-day`, with a time where there is one, in UTC.
TEXTS = """
2024-03-09                           | 2024-03-09
2024-03-09T14:05                     | 2024-03-09 14:05
2024-03-09T14:05:07Z                 | 2024-03-09 14:05:07
2024-03-09T14:05:07.123456Z          | 2024-03-09 14:05:07
2024-03-09T14:05:07+01:00            | 2024-03-09 13:05:07
2024-03-09T14:05:07+0100             | 2024-03-09 13:05:07
2024-03-09T14:05:07+01               | 2024-03-09 13:05:07
2024-03-09T01:05:07+05:30            | 2024-03-08 19:35:07
2024-03-09T22:05:07-08:00            | 2024-03-10 06:05:07
2024-03-09 14:05:07                  | 2024-03-09 14:05:07
2024-03-09 14:05:07 UTC              | 2024-03-09 14:05:07
2024-03-09 14:05:07 +0200            | 2024-03-09 12:05:07
20240309                             | 2024-03-09
20240309T140507Z                     | 2024-03-09 14:05:07
20240309140507                       | 2024-03-09 14:05:07
2024/03/09                           | 2024-03-09
2024/3/9                             | 2024-03-09
2024.03.09                           | 2024-03-09
2024. 3. 9.                          | 2024-03-09
Sat, 09 Mar 2024 14:05:07 GMT        | 2024-03-09 14:05:07
Sat, 09 Mar 2024 14:05:07 +0100      | 2024-03-09 13:05:07
Sat, 9 Mar 2024 14:05:07 -0500       | 2024-03-09 19:05:07
Sat Mar 09 2024 14:05:07 GMT+0100 (CET) | 2024-03-09 13:05:07
Saturday, 09-Mar-24 14:05:07 GMT     | 2024-03-09 14:05:07
9 Mar 2024 2:05 PM                   | 2024-03-09 14:05
9 Mar 2024 12:05 am                  | 2024-03-09 00:05
9 Mar 2024 14:05 EST                 | 2024-03-09 19:05
March 9, 2024                        | 2024-03-09
March 9th, 2024                      | 2024-03-09
Mar 9, 2024                          | 2024-03-09
Mar. 9, 2024                         | 2024-03-09
Sept. 9, 2024                        | 2024-09-09
9 March 2024                         | 2024-03-09
9th of March 2024                    | 2024-03-09
9th March, 2024                      | 2024-03-09
Saturday, March 9, 2024              | 2024-03-09
Posted on March 9, 2024              | 2024-03-09
Published: 09-Mar-2024               | 2024-03-09
March 9, 2024 at 2:05 pm             | 2024-03-09 14:05
March 9, 2024 12:05 a.m.             | 2024-03-09 00:05
March 9, 2024, 12:05 PM              | 2024-03-09 12:05
2024 March 9                         | 2024-03-09
9. März 2024                        | 2024-03-09
9. März 2024                         | 2024-03-09
Samstag, 9. März 2024, 14:05 Uhr     | 2024-03-09 14:05
9. März 2024 um 14:05 Uhr            | 2024-03-09 14:05
9. Jänner 2024                       | 2024-01-09
9. Dez. 2024                         | 2024-12-09
09.03.2024                           | 2024-03-09
9.3.2024                             | 2024-03-09
09.03.2024 14:05                     | 2024-03-09 14:05
9 mars 2024                          | 2024-03-09
le 1er août 2024                     | 2024-08-01
9 févr. 2024                         | 2024-02-09
9 juin 2024 à 14h05                  | 2024-06-09 14:05
9 juil. 2024                         | 2024-07-09
9 de marzo de 2024                   | 2024-03-09
9 de setiembre del 2024              | 2024-09-09
9 ene 2024                           | 2024-01-09
9 marzo 2024                         | 2024-03-09
1º gennaio 2024                      | 2024-01-01
9 mag 2024                           | 2024-05-09
9 de março de 2024                   | 2024-03-09
1º de outubro de 2024                | 2024-10-01
9 d'abril de 2024                    | 2024-04-09
9 maart 2024                         | 2024-03-09
9 mei 2024                           | 2024-05-09
9. marts 2024                        | 2024-03-09
9. maj 2024                          | 2024-05-09
9 mars 2024 kl. 14:05                | 2024-03-09 14:05
9 augusti 2024                       | 2024-08-09
9. desember 2024                     | 2024-12-09
9. maaliskuuta 2024                  | 2024-03-09
9. maaliskuuta 2024 klo 14.05        | 2024-03-09 14:05
9 marca 2024                         | 2024-03-09
9 października 2024                  | 2024-10-09
9 paź 2024                           | 2024-10-09
9. března 2024                       | 2024-03-09
9. listopadu 2024                    | 2024-11-09
9 марта 2024                         | 2024-03-09
9 марта 2024 г. в 14:05              | 2024-03-09 14:05
9 мая 2024 года                      | 2024-05-09
9 березня 2024                       | 2024-03-09
9 martie 2024                        | 2024-03-09
2024. március 9.                     | 2024-03-09
2024. már. 9.                        | 2024-03-09
9 Mart 2024                          | 2024-03-09
9 Ağustos 2024                       | 2024-08-09
9 Μαρτίου 2024                       | 2024-03-09
9 مارس 2024                          | 2024-03-09
٩ مارس ٢٠٢٤                          | 2024-03-09
9 فبراير، 2024                       | 2024-02-09
9 آذار 2024                          | 2024-03-09
9 كانون الثاني 2024                  | 2024-01-09
9 تشرين الأول 2024                   | 2024-10-09
9 mars 2024 à 14:05                  | 2024-03-09 14:05
9 במרץ 2024                          | 2024-03-09
9 מרץ 2024                           | 2024-03-09
9 मार्च 2024                         | 2024-03-09
९ मार्च २०२४                         | 2024-03-09
9 Maret 2024                         | 2024-03-09
9 tháng 3, 2024                      | 2024-03-09
9 thg 3, 2024                        | 2024-03-09
9 tháng 12 năm 2024                  | 2024-12-09
2024年3月9日                         | 2024-03-09
2024年3月9日 14:05                   | 2024-03-09 14:05
2024年03月09日 14時05分              | 2024-03-09 14:05
２０２４年３月９日                   | 2024-03-09
2024년 3월 9일                       | 2024-03-09
9 มีนาคม 2024                        | 2024-03-09
9 มีนาคม พ.ศ. 2567                   | 2024-03-09
9 มี.ค. 2567 14:05                   | 2024-03-09 14:05
৯ মার্চ ২০২৪                         | 2024-03-09
9. ožujka 2024.                      | 2024-03-09
2024 m. kovo 9 d.                    | 2024-03-09
9 март 2024 г.                       | 2024-03-09
9. märts 2024                        | 2024-03-09
9. 3. 2024                           | 2024-03-09
9-Mar-24                             | 2024-03-09
Sat Mar 09 14:05:07 CET 2024         | 2024-03-09 14:05:07
2024-03-09T14:05:07:123Z             | 2024-03-09 14:05:07
The best of 2024 March 9th, 2023     | 2023-03-09
"""

# What is no date, or none that can be.
NO_DATES = """
|2024|March 2024|9 March|14:05|yesterday|3 days ago|2024-13-01|2024-00-10|2024-02-30|2023-02-29|31.04.2024|32.01.2024
|00.01.2024|9 Maybe 2024|9 Mango 2024|9 of 2024|March 32, 2024|1234567890|1709993107|20241301|99999999
|2024-03-09T25:00:00|0001-01-01|1890-03-09|1984-01-01|March 9, 1066|version 1.2.2024.7|10.0.2024.1|9/3/24|(555) 123-2024
|pages 12-14-20241|http://club.example|None|null|0000-00-00 00:00:00|1970-01-01T00:00:00Z|5 mm 2024
"""

LANGUAGES = """
3/4/2024    | en-US | 2024-03-04
3/4/2024    | en-us | 2024-03-04
3/4/2024    | en-GB | 2024-04-03
3/4/2024    | en    | 2024-04-03
3/4/2024    |       | 2024-04-03
3/4/2024    | fr    | 2024-04-03
3/14/2024   | en-US | 2024-03-14
3/14/2024   | fr    | 2024-03-14
14/3/2024   | en-US | 2024-03-14
3.4.2024    | en-US | 2024-04-03
3-4-2024    | nl    | 2024-04-03
3 / 4 / 2024   | en-US | 2024-03-04
9. listopada 2024 | hr | 2024-10-09
9 listopada 2024  | pl | 2024-11-09
9. srpnja 2024    | hr | 2024-07-09
9. srpna 2024     | cs | 2024-08-09
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().split("\n")]


def moment(text: str) -> datetime | None:
    return None if text == "-" else datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("text", "meant"), rows(TEXTS))
def test_parse(text: str, meant: str) -> None:
    assert dates.parse(text) == moment(meant)


@pytest.mark.parametrize("text", [text.strip() for text in NO_DATES.split("|")])
def test_no_date(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize(("text", "language", "meant"), rows(LANGUAGES))
def test_the_order_of_day_and_month_follows_the_language(text: str, language: str, meant: str) -> None:
    assert dates.parse(text, language or None) == moment(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("By Ann on 9 March 2024 in Harbour", "2024-03-09"),
        ("9 March 2024, changed 11 March 2024", "2024-03-09"),
        ("Boats · 3 min · Mar 9, 2024 · 12 views", "2024-03-09"),
        ("On 31.04.2024 or rather on 1.5.2024", "2024-05-01"),
        ("Room 12, 2024-03-09", "2024-03-09"),
    ],
)
def test_the_first_date_in_a_text(text: str, meant: str) -> None:
    assert dates.find(text) == moment(meant)


NOW = datetime(2024, 3, 9, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "can_be"),
    [
        (NOW, True),
        (NOW + timedelta(hours=14), True),
        (NOW + timedelta(days=2), False),
        (datetime(1991, 8, 6, tzinfo=UTC), True),
        (datetime(1991, 8, 5, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_plausible(when: datetime | None, can_be: bool) -> None:
    assert dates.plausible(when, NOW) is can_be


DATELIKE = st.text(st.sampled_from("0123456789 ./-:,TZ+年月日marchMärz٣"), max_size=40)


@given(st.text() | DATELIKE)
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = dates.parse(text)
    assert found is None or (dates.EARLIEST <= found < dates.LATEST and not found.microsecond)
    assert found is None or isinstance(found.tzinfo, timezone)


@given(st.datetimes(datetime(1992, 1, 1), datetime(2099, 12, 30), timezones=st.timezones()))
def test_iso_dates_are_read_as_they_are_written(written: datetime) -> None:
    assert dates.parse(written.isoformat()) == written.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    "long",
    [
        lambda size: "a" * size,
        lambda size: "a'" * size,
        lambda size: "1" * size,
        lambda size: "2024 " * size,
        lambda size: "2024" + " .,-" * size,
        lambda size: "5 mai" + ", " * size,
        lambda size: "5. " * size,
        lambda size: "2024-13-41 " * size,
        lambda size: "2024-02-03" + " \t,T" * size,
    ],
)
def test_long_text_takes_no_longer_than_it_should(long: Callable[[int], str]) -> None:
    started = time.process_time()
    dates.find(long(50_000))
    assert time.process_time() - started < 2


def test_a_date_in_three_columns() -> None:
    assert dates.parse("09 | 03 | 2024", "de") == datetime(2024, 3, 9, tzinfo=UTC)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-02-28T23:00Z"),
        ("1 July 2026", "2026-06-30T22:00Z"),
        ("2026-03-01T12:00", "2026-03-01T11:00Z"),
        ("1. Juli 2026, 12:00 Uhr", "2026-07-01T10:00Z"),
        ("20260301", "2026-02-28T23:00Z"),
        ("20260301T120000Z", "2026-03-01T12:00Z"),
        ("2026-03-01T12:00Z", "2026-03-01T12:00Z"),
        ("2026-03-01T12:00+00:00", "2026-03-01T12:00Z"),
        ("2026-03-01T12:00+05:00", "2026-03-01T07:00Z"),
        ("Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30Z"),  # the clocks leave it out
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),  # it comes twice
    ],
)
def test_a_date_that_names_no_zone_is_told_by_the_clock_of_its_site(text: str, expected: str) -> None:
    moment = dates.at_home(dates.parse(text), BERLIN)
    assert moment == datetime.fromisoformat(expected)
    assert dates.at_home(moment, ZoneInfo("Asia/Tokyo")) == moment
    assert dates.at_home(None, BERLIN) is None
