"""One thread has the focus, and lends it to others while it waits for a page."""

from queue import SimpleQueue
from threading import Event, Thread

import pytest

from feeds import focus
from feeds.focus import Focus, Lending
from scraper.model import Access, Page, Unchanged, Validators


class Web:
    """Answers that nothing has changed, once it is told to."""

    def __init__(self) -> None:
        self.asked, self.answers = Event(), Event()

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        raise AssertionError("it is asked, and not got from")

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        self.asked.set()
        assert self.answers.wait(30)
        return Unchanged()

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ("https://club.example/sitemap.xml",)


def test_who_waits_for_a_page_lends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus, "PATIENCE_SECONDS", 30)
    shared, web, done = Focus(), Web(), SimpleQueue[str]()

    def wait() -> None:
        with shared.had():
            Lending(web, shared).ask("https://club.example/")
            done.put("waited")

    thread = Thread(target=wait)
    thread.start()
    assert web.asked.wait(30)
    with shared.had():  # or nobody would ever answer
        done.put("computed")
        web.answers.set()
    thread.join(30)
    assert (done.get(), done.get()) == ("computed", "waited")


def test_it_is_free_again_after_an_error_and_after_a_loan() -> None:
    shared, web = Focus(), Web()
    web.answers.set()
    with pytest.raises(ZeroDivisionError), shared.had():
        assert Lending(web, shared).sitemaps("https://club.example/")
        raise ZeroDivisionError
    assert Lending(web, shared).get("https://club.example/") is None  # who has none lends none, and takes none
    assert shared._free.acquire(blocking=False)


def test_one_that_computes_for_ever_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus, "PATIENCE_SECONDS", 0.01)
    shared, done, over = Focus(), Event(), Event()

    def compute() -> None:
        with shared.had():
            done.set()
            over.wait(30)

    thread = Thread(target=compute)
    thread.start()
    assert done.wait(30)
    with shared.had():  # another one
        assert shared._free.locked()
        over.set()
        thread.join(30)
        assert shared._free.locked()
    assert not shared._free.locked()
