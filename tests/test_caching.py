"""What answers say about time, however badly they say it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from scraper import caching

NOW = datetime(2024, 3, 9, 12, tzinfo=UTC)
DAY = 86_400
# As answers have it: anything of Latin-1 on one line.
LINE = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("86400", DAY),
        ("86401", DAY),
        ("315360000", DAY),
        ("9" * 11, DAY),
        ("9" * 500, 60),
        ("Sat, 09 Mar 2024 13:00:00 GMT", 3600),
        ("Saturday, 09-Mar-24 13:00:00 GMT", 3600),
        ("Sat Mar  9 13:00:00 2024", 3600),
        ("Sat, 09 Mar 2024 14:00:00 +0100", 3600),
        ("Sat, 09 Mar 2024 11:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 07 Mar 2034 12:00:00 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -2300", 60),
        ("Mon, 01 Jan 0001 00:00:00 +2300", 0),
        ("soon", 60),
        ("-5", 60),
        ("1.5", 60),
        ("1e3", 60),
        ("120 seconds", 60),
        ("", 60),
        (None, 60),
    ],
)
def test_come_back(text: str | None, seconds: int) -> None:
    assert caching.come_back(text, NOW) - NOW == timedelta(seconds=seconds)


@given(LINE)
def test_come_back_is_within_a_day(text: str) -> None:
    assert NOW <= caching.come_back(text, NOW) <= NOW + caching.LONGEST


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=60"}, 60),
        ({"cache-control": "Max-Age=60"}, 60),
        ({"Cache-Control": "public, max-age=60, must-revalidate"}, 60),
        ({"Cache-Control": 'max-age="60"'}, 60),
        ({"Cache-Control": "max-age = 60"}, 60),
        ({"Cache-Control": "max-age=0"}, 0),
        ({"Cache-Control": "max-age=-60"}, 0),
        ({"Cache-Control": "max-age=soon"}, 0),
        ({"Cache-Control": "max-age=31536000"}, DAY),
        ({"Cache-Control": "max-age=99999999999999999999"}, DAY),
        ({"Cache-Control": "s-maxage=60"}, 0),
        ({"Cache-Control": "x-max-age=60"}, 0),
        ({"Cache-Control": "no-cache, max-age=60"}, 0),
        ({"Cache-Control": "max-age=60,no-store"}, 0),
        ({"Cache-Control": "private, max-age=60"}, 60),
        ({"Cache-Control": "max-age=60", "Age": "20"}, 40),
        ({"Cache-Control": "max-age=60", "Age": "200"}, 0),
        ({"Cache-Control": "max-age=60", "Age": "-20"}, 60),
        ({"Cache-Control": "max-age=60", "Age": "old"}, 60),
        ({"Cache-Control": "max-age=60", "Age": "9" * 100}, 60),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT"}, 3600),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT", "Date": "Sat, 09 Mar 2024 12:30:00 GMT"}, 1800),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT", "Date": "yesterday"}, 3600),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT", "Age": "600"}, 3000),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"Expires": "Tue, 07 Mar 2034 12:00:00 GMT"}, DAY),
        ({"Expires": "0"}, 0),
        ({"Expires": "-1"}, 0),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT", "Cache-Control": "max-age=60"}, 60),
        ({"Expires": "Sat, 09 Mar 2024 13:00:00 GMT", "Cache-Control": "no-cache"}, 0),
        ({"Pragma": "no-cache"}, 0),
    ],
)
def test_fresh_for(headers: dict[str, str], seconds: int) -> None:
    assert caching.fresh_for(CaseInsensitiveDict(headers), NOW) == timedelta(seconds=seconds)


@given(st.dictionaries(st.sampled_from(["Cache-Control", "Age", "Expires", "Date"]), LINE))
def test_fresh_for_at_most_a_day(headers: dict[str, str]) -> None:
    assert timedelta() <= caching.fresh_for(CaseInsensitiveDict(headers), NOW) <= caching.LONGEST


@given(LINE)
def test_a_date_is_in_utc_or_none(text: str) -> None:
    moment = caching.date(text)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize("text", ['"a"', 'W/"a"', "a b", " ", '"\xfc"', "Sat, 09 Mar 2024 12:00:00 GMT", "x" * 1024])
def test_validators_are_kept_as_they_are(text: str) -> None:
    assert caching.validator(text) == text


@pytest.mark.parametrize("text", [None, "", "a\n", "a\r\nX: y", "a\0", "\t", "\x7f", "喫茶", "x" * 1025, "\x1b[2J"])
def test_what_can_not_be_sent_back(text: str | None) -> None:
    assert caching.validator(text) is None
