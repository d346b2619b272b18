"""feeds.hurry: no page is begun when the time of a run is over."""

from datetime import UTC, datetime
from threading import Event

import pytest

from feeds.hurry import REST, RUN_SECONDS, Hurried
from scraper.errors import NotYet
from scraper.model import Access, Page, Validators

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Web:
    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        return None

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return (url,)


def test_what_is_left_waits_when_a_run_took_long() -> None:
    now = [0.0]
    pages = Hurried(Web(), Event(), NOW, lambda: now[0])
    now[0] = RUN_SECONDS
    assert pages.get("https://club.example/1") is None
    now[0] += 1
    with pytest.raises(NotYet, match="waits") as raised:
        pages.get("https://club.example/2")
    assert raised.value.until == NOW + REST


def test_what_is_left_is_due_at_once_when_it_is_to_stop() -> None:
    stopping = Event()
    pages = Hurried(Web(), stopping, NOW)
    assert pages.get("https://club.example/1") is None
    stopping.set()
    with pytest.raises(NotYet) as raised:
        pages.get("https://club.example/2")
    assert raised.value.until == NOW
    assert pages.sitemaps("https://club.example/") == ("https://club.example/",)
