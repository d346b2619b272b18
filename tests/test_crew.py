"""feeds.crew: updates side by side, of which one may hang, or be a bug."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds import crew
from feeds.model import Configured, Lease
from feeds.report import Report
from feeds.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def leases(tmp_path: Path) -> tuple[Lease, ...]:
    with Store.open(None) as store:
        store.sync([Configured(n, f"https://{n}.example/", "", f"tag:{n}") for n in ("a", "b", "c")], NOW)
        return store.claim(NOW, NOW + timedelta(hours=1), 9)


def test_what_hangs_is_given_up_and_the_others_go_on(
    leases: tuple[Lease, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "HANGS_SECONDS", 0.05)
    monkeypatch.setattr(crew, "LOOK_SECONDS", 0.01)
    over = threading.Event()

    def update(lease: Lease) -> Report:
        if lease.source.name == "a":
            over.wait()
        return Report(lease.source.name, new=1)

    found = list(crew.reports(leases, 1, update, lambda lease: Report(lease.source.name, error="hangs"), _never))
    over.set()
    assert [(one.name, one.new, one.error) for one in found] == [("a", 0, "hangs"), ("b", 1, None), ("c", 1, None)]


def test_a_bug_is_raised_when_the_others_have_been_served(leases: tuple[Lease, ...]) -> None:
    found = []

    def update(lease: Lease) -> Report:
        if lease.source.name == "a":
            raise ZeroDivisionError
        return Report(lease.source.name)

    with pytest.raises(ZeroDivisionError):
        for report in crew.reports(leases, 2, update, _given_up, _never):
            found.append(report.name)
    assert sorted(found) == ["b", "c"]


def test_without_a_thread_it_is_done_all_the_same(leases: tuple[Lease, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    monkeypatch.setattr(crew, "LOOK_SECONDS", 0.01)
    found = list(crew.reports(leases, 2, lambda lease: Report(lease.source.name), _given_up, _never))
    assert [one.name for one in found] == ["a", "b", "c"]


def test_who_asks_no_more_has_the_rest_given_back(leases: tuple[Lease, ...]) -> None:
    over, released = threading.Event(), list[str]()

    def update(lease: Lease) -> Report:
        if lease.source.name != "a":
            over.wait()
        return Report(lease.source.name)

    reports = crew.reports(leases, 1, update, _given_up, lambda lease: released.append(lease.source.name))
    assert next(reports).name == "a"
    reports.close()  # type: ignore[attr-defined]
    over.set()
    assert sorted(released) == ["b", "c"]


def _given_up(lease: Lease) -> Report:
    raise AssertionError(f"{lease.source.name} was given up")


def _never(lease: Lease) -> None:
    raise AssertionError(f"{lease.source.name} was given back")
