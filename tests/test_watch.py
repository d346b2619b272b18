"""A page that is watched: what is new, what is gone, and nothing where nothing is."""

from datetime import UTC, datetime
from time import process_time

import pytest

from scraper import watch
from scraper.model import Article

URL = "https://club.example/tides"
DAY = datetime(2024, 3, 9, tzinfo=UTC)
BEFORE = "High water at noon.\n\nLow water at six.\n\nAsk at the pier."


def page(text: str, title: str | None = "Tides") -> Article:
    return Article(URL, title, f"<p>{text}</p>", text, published=DAY, updated=DAY, summary="When.", addresses=(URL,))


def test_the_first_time_it_is_the_page_alone() -> None:
    assert watch.changes(page(BEFORE), None) == (page(BEFORE),)


@pytest.mark.parametrize("now", [BEFORE, BEFORE.replace("\n\n", "\n\n\n\n"), f"{BEFORE}\n\n \n\n"])
def test_what_is_the_same_is_no_change(now: str) -> None:
    assert watch.changes(page(now), BEFORE) == (page(now),)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (f"{BEFORE}\n\nOr at the mole.", "+ Or at the mole."),
        ("High water at noon.\n\nAsk at the pier.", "− Low water at six."),
        (BEFORE.replace("six", "seven"), "− Low water at six.\n\n+ Low water at seven."),
        (f"News.\n\n{BEFORE}", "+ News."),
        ("", "− High water at noon.\n\n− Low water at six.\n\n− Ask at the pier."),
    ],
)
def test_the_difference_comes_before_the_page(now: str, text: str) -> None:
    change, last = watch.changes(page(now), BEFORE)
    assert last == page(now)
    assert (change.text, change.title) == (text, "Changed: Tides")
    assert change.url.startswith(f"{URL}#:~:changed-")
    assert change.addresses == (change.url,)
    assert (change.published, change.updated, change.summary) == (DAY, None, None)


def test_each_change_has_an_address_of_its_own_and_the_same_each_time() -> None:
    one, again = (watch.changes(page("One."), BEFORE)[0] for _ in range(2))
    other = watch.changes(page("Two."), BEFORE)[0]
    assert one == again
    assert one.url != other.url


def test_a_page_without_a_title_has_changed_nonetheless() -> None:
    assert watch.changes(page("One.", None), BEFORE)[0].title == "Changed"


def test_what_the_page_writes_stays_text() -> None:
    change = watch.changes(page("<script>alert(1)</script> & \ud800"), "<b>old</b>")[0]
    assert "<script>" not in change.html and "<b>" not in change.html
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt; &amp; \ud800</ins>" in change.html


def test_of_a_huge_page_the_first_paragraphs_are_compared() -> None:
    blocks = [f"Line {number}." for number in range(watch.MOST_BLOCKS)]
    before = "\n\n".join(blocks)
    last = page(f"{before}\n\nOne more.")
    assert watch.changes(last, before) == (last,)  # an entry that shows no difference is none
    change, _ = watch.changes(page("\n\n".join(["New.", *blocks[:9], *blocks[10:]])), before)
    assert change.text == "+ New.\n\n− Line 9."


def test_paragraphs_that_repeat_again_and_again_take_bounded_work() -> None:
    half = watch.MOST_BLOCKS // 2
    old, new = ("\n\n".join(["Sold out.", word] * half) for word in ("Today.", "Tomorrow."))
    started = process_time()
    assert len(watch.changes(page(new), old)) == 2
    assert process_time() - started < 5  # with every one of them a landmark it is minutes
