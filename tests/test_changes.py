"""New, changed or the same; and the times that readers are told."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import changes, feed, identity
from feeds.changes import How
from feeds.document import Feed
from feeds.edits import RESTLESS
from feeds.model import Decision, Held, Source, Updates
from scraper.model import Article

NOW = datetime(2026, 3, 1, 12, 0, 0, 600_000, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MIDNIGHT = datetime(2026, 2, 20, tzinfo=UTC)


def article(
    path: object, published: datetime | None = None, updated: datetime | None = None, text: str = "Text"
) -> Article:
    return Article(f"https://club.example/{path}", f"Piece {path}", "", text, published=published, updated=updated)


@dataclass
class Memory:
    """What the store would hold of a source, and what its feed would say."""

    how: How = How()
    held: dict[str, Held] = field(default_factory=dict)
    changed: datetime | None = None

    def run(self, articles: list[Article], now: datetime = NOW) -> list[Decision]:
        moments = [held.updated for held in self.held.values()]
        decisions = changes.decide(
            identity.recognise(identity.distinct(articles), self.held.values()),
            now=now,
            ids=self.held,
            moments=moments,
            first=not self.held,
            how=self.how,
        )
        latest = max(filter(None, (self.changed, *moments)), default=None)
        self.changed = changes.moved(latest, decisions, now) or self.changed
        for decision in decisions:
            assert (decision.held.entry_id in self.held) == (decision.kind != "new")
            former, held = decision.former, decision.held
            told = former if former and former.number == held.revision else held.told
            self.held[held.entry_id] = replace(held, told=told)
        return list(decisions)

    def calm(self) -> None:
        """A server has said of every page that it has not changed."""
        self.held = {id: replace(held, restless=0) for id, held in self.held.items()}

    def feed(self, *, differences: bool = False) -> Feed:
        source = Source(1, "club", "https://club.example/", "tag:club.example,2026:x", "", changed=self.changed)
        held = tuple(self.held.values())
        return feed.build(
            source, held, limit=1000, title=None, author=None, language=None, self_url=None, differences=differences
        )


def kinds(decisions: list[Decision]) -> list[str]:
    return [decision.kind for decision in decisions]


def test_new_then_the_same_then_changed() -> None:
    memory = Memory()
    assert kinds(memory.run([article(1, MIDNIGHT)])) == ["new"]
    assert kinds(memory.run([article(1, MIDNIGHT)], NOW + HOUR)) == ["same"]
    (decision,) = memory.run([article(1, MIDNIGHT, text="Another")], NOW + 2 * HOUR)
    assert (decision.kind, decision.held.revision) == ("changed", 2)
    assert decision.held.published == MIDNIGHT
    assert decision.held.updated == NOW.replace(microsecond=0) + 2 * HOUR


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"html": "<p>Text</p>"}, "same"),
        ({"text": " Text\n"}, "same"),
        ({"tags": ("a",), "summary": "Short"}, "same"),
        ({"published": NOW, "updated": NOW}, "same"),
        ({"text": "Texts"}, "changed"),
        ({"title": "Another"}, "changed"),
        ({"title": None}, "changed"),
    ],
)
def test_what_makes_a_change(other: dict[str, object], kind: str) -> None:
    memory = Memory()
    memory.run([article(1, MIDNIGHT)])
    assert kinds(memory.run([replace(article(1, MIDNIGHT), **other)], NOW + HOUR)) == [kind]  # type: ignore[arg-type]


def test_half_a_character_is_no_reason_to_fail() -> None:
    memory = Memory()
    assert kinds(memory.run([replace(article(1), title="\ud800")])) == ["new"]
    assert kinds(memory.run([replace(article(1), title="\ud800")])) == ["same"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, NOW + 5 * HOUR),
        (NOW + 4 * HOUR, NOW + 4 * HOUR),
        (NOW + 6 * HOUR, NOW + 5 * HOUR),
        (MIDNIGHT - DAY, NOW + 5 * HOUR),
    ],
    ids=["nothing", "a time", "a time to come", "a time before the last"],
)
def test_when_an_article_changed_is_what_the_page_says_if_that_can_be(
    said: datetime | None, expected: datetime
) -> None:
    memory = Memory()
    memory.run([article(1, MIDNIGHT)])
    (decision,) = memory.run([article(1, MIDNIGHT, said, "Another")], NOW + 5 * HOUR)
    assert decision.held.updated == expected.replace(microsecond=0)


@pytest.mark.parametrize(
    ("published", "updated"),
    [(NOW + DAY, None), (MIDNIGHT, MIDNIGHT - DAY), (MIDNIGHT, NOW + DAY), (None, MIDNIGHT), (NOW, NOW)],
)
def test_a_new_article_is_not_of_the_future_nor_older_than_itself(
    published: datetime | None, updated: datetime | None
) -> None:
    (decision,) = Memory().run([article(1, published, updated)])
    assert decision.held.published <= decision.held.updated <= NOW


def test_an_undated_article_was_published_when_it_was_first_seen() -> None:
    memory = Memory()
    memory.run([article(1, MIDNIGHT)])
    later = NOW + 3 * DAY
    new, _ = memory.run([article(2), article(1, MIDNIGHT)], later)
    assert new.held.published == later.replace(microsecond=0)
    again, _ = memory.run([article(2), article(1, MIDNIGHT)], later + DAY)
    assert (again.kind, again.held.published) == ("same", new.held.published)


def test_on_the_first_fill_an_undated_article_gets_its_time_from_its_neighbours() -> None:
    ten, four = MIDNIGHT + 10 * HOUR, MIDNIGHT + 4 * HOUR
    listing = [article(1), article(2, ten), article(3), article(4, four), article(5)]
    published = [decision.held.published for decision in Memory().run(listing)]
    assert published == [ten + SECOND, ten, MIDNIGHT + 7 * HOUR, four, four - SECOND]


def test_on_the_first_fill_a_listing_without_dates_is_of_that_day() -> None:
    decisions = Memory().run([article(1), article(2)])
    assert {decision.held.published for decision in decisions} == {
        NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    }


def test_articles_of_one_day_stand_in_the_order_of_the_listing_and_stay_there() -> None:
    memory = Memory()
    listing = [article(name, MIDNIGHT, MIDNIGHT + int(name) * HOUR) for name in "253"]
    memory.run(listing)
    assert shown(memory) == ["2", "5", "3"]
    listing = [article("9", MIDNIGHT), *listing[:2], article("3", MIDNIGHT, text="Edited")]
    memory.run(listing, NOW + DAY)
    assert shown(memory) == ["9", "2", "5", "3"]


def test_a_dated_article_that_comes_late_moves_the_feed() -> None:
    memory = Memory()
    memory.run([article(1, MIDNIGHT)])
    memory.run([article(n) for n in range(2, 12)], NOW + HOUR)  # ten with one time, each its own second
    before = memory.feed().updated
    memory.run([article(12, MIDNIGHT)], NOW + HOUR + 2 * SECOND)
    assert memory.feed().updated > before


def shown(memory: Memory) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in memory.feed().entries]


# Properties: a site whose listing does what it likes, looked at again and again

TIMES = st.none() | st.integers(-40, 40).map(lambda half_days: NOW + half_days * DAY / 2) | st.just(MIDNIGHT)
LISTINGS = st.lists(
    st.builds(article, st.integers(1, 8), TIMES, TIMES, st.sampled_from(["Text", "Another", "A third"])), max_size=8
)
WAITS = st.sampled_from([timedelta(0), SECOND / 4, 2 * SECOND, HOUR, DAY])
LIVES = st.lists(st.tuples(LISTINGS, WAITS), min_size=1, max_size=6)


@given(LIVES)
def test_whatever_a_site_does(life: list[tuple[list[Article], timedelta]]) -> None:
    memory, now = Memory(), NOW
    for listing, wait in life:
        now += wait
        before, feed_before = dict(memory.held), memory.feed()
        decisions = memory.run(listing, now)

        assert before.keys() <= memory.held.keys()  # what is held is never lost
        for entry_id, one in before.items():
            after = memory.held[entry_id]
            assert (after.published, after.first_seen) == (one.published, one.first_seen)
            assert after.updated > one.updated if after.revision > one.revision else after.updated == one.updated
        for one in memory.held.values():
            assert one.published <= one.updated and one.published <= now
            assert one.updated.microsecond == one.published.microsecond == 0
        assert len({one.updated for one in memory.held.values()}) == len(memory.held)

        if any(kind != "same" for kind in kinds(decisions)):
            assert not before or memory.feed().updated > feed_before.updated
        else:
            assert memory.feed() == feed_before
        assert set(kinds(memory.run(listing, now + SECOND))) <= {"same"}  # once more, and nothing is new


@given(LISTINGS)
def test_of_one_day_the_upper_one_comes_first(listing: list[Article]) -> None:
    memory = Memory()
    decisions = memory.run(listing)
    place = {entry.id: number for number, entry in enumerate(memory.feed().entries)}
    for upper, lower in pairwise(decision.held for decision in decisions):
        if upper.published == lower.published:
            assert place[upper.entry_id] < place[lower.entry_id]


def test_what_was_learnt_of_a_template_meanwhile_is_no_change() -> None:
    """The page is the same: what it gives by itself. Only what is known of its site differs."""
    memory = Memory()
    memory.run([replace(article(1, MIDNIGHT, text="Text. Join us!"), whole="w1")])
    (decision,) = memory.run([replace(article(1, MIDNIGHT, text="Text."), whole="w1")], NOW + HOUR)
    assert (decision.kind, decision.held.article.text) == ("same", "Text. Join us!")
    (decision,) = memory.run([replace(article(1, MIDNIGHT, text="Text and more."), whole="w2")], NOW + 2 * HOUR)
    assert (decision.kind, decision.held.article.text) == ("changed", "Text and more.")


def test_another_promotion_around_the_same_text_is_no_change() -> None:
    memory = Memory()
    memory.run([replace(article(1, MIDNIGHT), whole="with one promotion")])
    (decision,) = memory.run([replace(article(1, MIDNIGHT), whole="with another")], NOW + HOUR)
    assert (decision.kind, decision.held.article.whole) == ("same", "with another")
    late = replace(article(1, MIDNIGHT, text="Text. Join us!"), whole="with another")
    assert kinds(memory.run([late], NOW + 2 * HOUR)) == ["same"]


def test_another_title_is_a_change_whatever_the_text() -> None:
    memory = Memory()
    memory.run([replace(article(1, MIDNIGHT), whole="w1")])
    assert kinds(memory.run([replace(article(1, MIDNIGHT), title="Another", whole="w1")], NOW + HOUR)) == ["changed"]


# What a change does, as the feed's owner wants it

FERRY = "The night ferry left the pier at ten past two, with nine passengers and a dog. Nobody complained about it."
MORE = f"{FERRY} On Thursday the council will talk about the night service, which costs 4,200 pounds a month."
TYPO = FERRY.replace("complained", "complianed")
COUNTED = f"1,204 views\n{FERRY}"


def ferry(text: str = FERRY, **more: object) -> Article:
    return replace(article(1, MIDNIGHT, text=text), html=f"<p>{text}</p>", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "updates", "kind", "moves", "shown"),
    [
        (COUNTED, "bump", "same", False, FERRY),
        (TYPO, "bump", "refreshed", False, TYPO),
        (MORE, "bump", "changed", True, MORE),
        (COUNTED, "silent", "same", False, FERRY),
        (TYPO, "silent", "refreshed", False, TYPO),
        (MORE, "silent", "refreshed", False, MORE),
        (TYPO, "diff", "refreshed", False, TYPO),
        (MORE, "diff", "changed", True, MORE),
        (COUNTED, "new-entry", "same", False, FERRY),
        (TYPO, "new-entry", "refreshed", False, TYPO),
    ],
)
def test_what_an_edit_does(text: str, updates: Updates, kind: str, moves: bool, shown: str) -> None:
    memory = Memory(How(updates=updates))
    (first,) = memory.run([ferry()])
    (after,) = memory.run([ferry(text)], NOW + HOUR)
    assert (after.kind, after.held.entry_id) == (kind, first.held.entry_id)
    assert (after.held.updated > first.held.updated) == moves
    assert after.held.article.text == shown
    assert after.held.revision == (2 if text == MORE else 1)
    assert (after.former and after.former.text) == (None if kind == "same" else FERRY)
    assert kinds(memory.run([ferry(text)], NOW + 2 * HOUR)) == ["same"]


def test_a_material_change_may_make_an_entry_of_its_own() -> None:
    memory = Memory(How(updates="new-entry"))
    (first,) = memory.run([ferry()])
    (second,) = memory.run([ferry(MORE)], NOW + HOUR)
    assert (second.kind, second.held.article.url) == ("new", first.held.article.url)
    assert second.held.entry_id != first.held.entry_id
    assert second.held.published == NOW.replace(microsecond=0) + HOUR
    assert [entry.html for entry in memory.feed().entries] == [f"<p>{MORE}</p>", f"<p>{FERRY}</p>"]
    memory.held[first.held.entry_id] = replace(first.held, keys=())  # as the store has it: they lead to the newer one
    assert kinds(memory.run([ferry(MORE)], NOW + 2 * HOUR)) == ["same"]


def test_an_entry_may_begin_with_what_changed() -> None:
    memory = Memory(How(updates="diff"))
    memory.run([ferry()])
    memory.run([ferry(MORE)], NOW + HOUR)
    (entry,) = memory.feed(differences=True).entries
    assert entry.html.startswith("<p>") and entry.html.endswith(f"<hr>\n<p>{MORE}</p>")
    assert "<ins>On Thursday the council" in entry.html
    assert "<ins>" not in memory.feed().entries[0].html


def test_small_edits_add_up() -> None:
    """Each is compared with what readers were told, not with the last small edit."""
    memory = Memory()
    said = FERRY
    memory.run([ferry(said)])
    seen = []
    for number, (old, new) in enumerate([("left", "quit"), ("pier", "quay"), ("dog", "cat"), ("about", "of")], 1):
        said = said.replace(old, new)
        (decision,) = memory.run([ferry(said)], NOW + number * DAY)
        memory.calm()
        seen.append(decision.kind)
    assert seen == ["refreshed", "refreshed", "changed", "refreshed"]


def test_a_page_that_changes_at_every_look_is_not_believed_until_it_calms() -> None:
    memory = Memory()
    memory.run([ferry()])
    seen = [memory.run([ferry(f"{MORE} It is {n} o'clock.")], NOW + n * HOUR)[0] for n in range(1, 8)]
    assert [each.kind for each in seen] == ["changed"] * RESTLESS + ["same"] * (7 - RESTLESS)
    assert seen[-1].held.updated == seen[RESTLESS - 1].held.updated
    (calm,) = memory.run([ferry(f"{MORE} It is 7 o'clock.")], NOW + 9 * HOUR)
    assert (calm.kind, calm.held.article.text[-16:]) == ("changed", "It is 7 o'clock.")
    assert kinds(memory.run([ferry(MORE)], NOW + 10 * HOUR)) == ["changed"]


def test_a_page_that_goes_to_and_fro_is_restless_too() -> None:
    memory = Memory()
    memory.run([ferry()])
    seen = [memory.run([ferry(MORE if n % 2 else FERRY)], NOW + n * HOUR)[0].kind for n in range(1, 12)]
    assert seen == ["changed"] * RESTLESS + ["same"] * (11 - RESTLESS)


def test_looks_between_that_find_nothing_new_are_calm() -> None:
    memory = Memory()
    memory.run([ferry()])
    for n in range(1, 9):
        assert kinds(memory.run([ferry(f"{MORE} It is {n} o'clock.")], NOW + n * DAY)) == ["changed"]
        assert kinds(memory.run([ferry(f"{MORE} It is {n} o'clock.")], NOW + n * DAY + HOUR)) == ["same"]


def test_what_other_rules_find_is_no_news() -> None:
    memory = Memory()
    memory.run([ferry(COUNTED)])
    memory.how = How(reread=frozenset({"club.example/1"}))
    (decision,) = memory.run([ferry(FERRY[:50])], NOW + HOUR)
    assert (decision.kind, decision.held.article.text) == ("refreshed", FERRY[:50])
    assert decision.held.updated == MIDNIGHT


def test_a_better_date_that_comes_late_changes_nothing() -> None:
    memory = Memory()
    memory.run([article(2, MIDNIGHT)])
    undated, dated = (replace(ferry(), published=when) for when in (None, MIDNIGHT - 3 * DAY))
    (first, _) = memory.run([undated, article(2, MIDNIGHT)], NOW + HOUR)
    (after, _) = memory.run([replace(dated, text=MORE), article(2, MIDNIGHT)], NOW + 2 * HOUR)
    assert (after.kind, after.held.published) == ("changed", first.held.published)
    assert [e.source for e in after.held.article.provenance if e.field == "published"] == ["first seen"]


@pytest.mark.parametrize(
    ("path", "listed", "moves"),
    [
        ("https://club.example/2", "club.example/2", True),
        ("http://www.club.example/1/?utm_source=x", "club.example/1", False),
        ("https://club.example/old", "club.example/1", False),
        ("https://club.example/old", "club.example/old", True),
    ],
    ids=["a new address", "another spelling", "an old one beside the one we have", "an old one instead"],
)
def test_an_entry_is_where_its_article_is(path: str, listed: str, moves: bool) -> None:
    memory = Memory()
    memory.run([ferry(addresses=("https://club.example/1", "https://club.example/old"))])
    memory.how = How(listed=frozenset({listed}))
    (decision,) = memory.run([ferry(url=path, addresses=(path, "https://club.example/1"))], NOW + HOUR)
    assert decision.kind == ("refreshed" if moves else "same")
    assert decision.held.article.url == (path if moves else "https://club.example/1")
    assert decision.held.updated == MIDNIGHT
