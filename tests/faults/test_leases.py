"""Workers that claim, complete, give back and crash, in any order: no source is lost, stuck, or done by two."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from feeds.model import Configured, Decision, Held, Lease, Outcome
from feeds.store import Store
from scraper.model import Article

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LEASE = 15 * MINUTE
NAMES = ("one", "two", "three")
WORKERS = st.integers(0, 2)


class Leases(RuleBasedStateMachine):
    """Three workers on one store in a file, and what they should find."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store.db"
        self.now = START
        self.stores = [Store.open(self.path) for _ in range(3)]
        self.leases: list[dict[str, Lease]] = [{}, {}, {}]
        self.last: dict[str, Lease] = {}
        self.saved = dict.fromkeys(NAMES, 0)
        wanted = [
            Configured(n, f"https://{n}.example/", "r", f"tag:{n}", latest=START + HOUR, latest_failing=START + HOUR)
            for n in NAMES
        ]
        self.stores[0].sync(wanted, self.now)

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.folder.cleanup()

    @rule(worker=WORKERS, limit=st.integers(1, 3))
    def claim(self, worker: int, limit: int) -> None:
        for lease in self.stores[worker].claim(self.now, self.now + LEASE, limit):
            name = lease.source.name
            before = self.last.get(name)
            assert before is None or lease.token > before.token
            assert lease.source.next_due is not None and lease.source.next_due <= self.now
            for others in self.leases:
                held = others.get(name)
                assert held is None or held.until <= self.now, "two hold a source"
            self.leases[worker][name] = self.last[name] = lease

    @rule(worker=WORKERS, name=st.sampled_from(NAMES), fails=st.booleans())
    def complete(self, worker: int, name: str, fails: bool) -> None:
        lease = self.leases[worker].pop(name, None)
        if lease is None:
            return
        number = self.saved[name]
        url = f"https://{name}.example/{number}"
        article = Article(url=url, title=f"Number {number}", html="<p>Hello", text="Hello")
        held = Held(f"tag:{name}:{number}", article, self.now, self.now, self.now, "digest", keys=(url,))
        decisions = () if fails else (Decision("new", held),)
        outcome = Outcome(decisions, error="It timed out." if fails else None, next_due=self.now + HOUR)
        saved = self.stores[worker].save(lease, replace(outcome, url=url), self.now)
        assert saved == (lease == self.last.get(name)), "whoever was overtaken saves nothing"
        self.saved[name] += saved and not fails

    @rule(worker=WORKERS, name=st.sampled_from(NAMES))
    def give_back(self, worker: int, name: str) -> None:
        lease = self.leases[worker].pop(name, None)
        if lease is not None:
            self.stores[worker].release(lease)

    @rule(worker=WORKERS)
    def crash(self, worker: int) -> None:
        """All that it held is forgotten by it, and by nobody else, and it begins again."""
        self.stores[worker].close()
        self.leases[worker].clear()
        self.stores[worker] = Store.open(self.path)

    @precondition(lambda self: not any(self.leases))
    @rule()
    def crash_of_all(self) -> None:
        """Whoever finds nobody there frees what the killed had."""
        for store in self.stores:
            store.close()
        self.stores = [Store.open(self.path) for _ in range(3)]
        due = {source.name for source in self.stores[0].sources() if source.next_due and source.next_due <= self.now}
        leases = self.stores[0].claim(self.now, self.now + LEASE, len(NAMES))
        assert {lease.source.name for lease in leases} == due
        for lease in leases:
            self.last[lease.source.name] = lease
            self.stores[0].release(lease)

    @rule(minutes=st.sampled_from((1, 14, 16, 61)))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @invariant()
    def nothing_is_lost_doubled_or_stuck(self) -> None:
        store = self.stores[0]
        for source in store.sources():
            assert len(store.issued(source.id).ids) == self.saved[source.name]
            assert source.next_due is not None and source.next_due <= self.now + HOUR


TestLeases = Leases.TestCase
TestLeases.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
