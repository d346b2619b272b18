"""Is a stranger an article that we hold under another address?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from feeds import identity, resemblance
from feeds.identity import Recognised
from feeds.model import Held
from feeds.suspect import Suspect
from scraper.model import Article, Enclosure
from scraper.whereabouts import Whereabouts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD = "Every week our gardener answers what readers ask about hedges, pots, snails, frost and the moon. "
SNAILS = (
    "This time it is about snails that climb walls at night and are gone by the morning, and about a hedge that has "
    "not been cut for eleven years. Copper helps, she says, and patience helps more; but nothing helps against rain, "
    "which fell on nineteen days of the month and filled every pot in the town."
)
FROST = (
    "A reader from the upper town has lost two lemon trees to one cold night and wonders whether fleece would have "
    "saved them. It would, if it had been put on before sunset and taken off again when the sun came; a third tree, "
    "which stood against the kitchen wall, has kept its leaves and even one small fruit."
)


def piece(
    path: str, text: str = SNAILS, title: str | None = "Ask the gardener", when: datetime | None = None
) -> Article:
    return Article(f"https://club.example/{path}", title, f"<p>{text}</p>", text, published=when)


def judged(
    new: Article, old: Article, answer: Whereabouts | None = None, *, listed: bool = False, replaced: bool = False
) -> tuple[Suspect | None, str | None]:
    """The suspicion that falls on a new article, and the id that it gets in the end."""
    held = Held("id-1", old, NOW, NOW, NOW, "", keys=(*identity.keys(old), *identity.site_keys(old)))
    found = [Recognised(new, (*identity.keys(new), *identity.site_keys(new)))]
    keys = frozenset(identity.keys(old))
    named, left = (keys if said else frozenset() for said in (listed, replaced))
    suspects = [replace(each, answer=answer) for each in resemblance.suspects(found, [held], [held], named, left)]
    (settled,) = resemblance.settled(found, suspects)
    return next(iter(suspects), None), settled.held.entry_id if settled.held else None


GONE, SILENT = Whereabouts("nothing", status=404), Whereabouts("unknown")
HERE = Whereabouts("page", ("https://club.example/new",), "Ask the gardener")
STANDS = Whereabouts("page", ("https://club.example/old",), "Ask the gardener")
ANOTHER = Whereabouts("page", ("https://club.example/old",), "Page not found")
FRONT = Whereabouts("page", ("https://club.example/",), "Ask the gardener")


@pytest.mark.parametrize(
    ("answer", "same"), [(GONE, True), (HERE, True), (ANOTHER, True), (FRONT, True), (STANDS, False), (SILENT, True)]
)
def test_without_dates_the_old_address_decides(answer: Whereabouts, same: bool) -> None:
    suspect, entry_id = judged(piece("new"), piece("old"), answer)
    assert suspect is not None
    assert not suspect.sure
    assert entry_id == ("id-1" if same else None)


def test_the_same_title_text_and_time_need_no_asking() -> None:
    suspect, entry_id = judged(piece("new", when=NOW), piece("old", when=NOW))
    assert suspect is not None
    assert suspect.sure
    assert entry_id == "id-1"
    assert suspect.why == "the same title, 100% of the text, the same date"


def test_what_the_listing_still_names_must_lead_here() -> None:
    for answer, same in ((STANDS, False), (SILENT, False), (None, False), (HERE, True), (GONE, True)):
        _, entry_id = judged(piece("new", when=NOW), piece("old", when=NOW), answer, listed=True)
        assert entry_id == ("id-1" if same else None)


@pytest.mark.parametrize("answer", [GONE, HERE, None])
def test_dates_that_contradict_make_two(answer: Whereabouts | None) -> None:
    new, old = piece("new", when=NOW), piece("old", when=NOW - 7 * DAY)
    assert judged(new, old, answer) == (None, None)


def test_a_weekly_column_with_one_title_and_lead_stays_two() -> None:
    assert judged(piece("new", LEAD + FROST), piece("old", LEAD + SNAILS), GONE) == (None, None)


def test_two_with_one_title_and_nothing_else_in_common_stay_two() -> None:
    assert judged(piece("new", FROST), piece("old", SNAILS), GONE) == (None, None)


def test_an_edited_title_and_slug_with_one_text() -> None:
    suspect, entry_id = judged(piece("new", title="Snails, and what helps"), piece("old"), GONE)
    assert entry_id == "id-1"
    assert suspect is not None
    assert suspect.why.endswith("the old address answers 404")
    assert judged(piece("new", title="Snails, and what helps"), piece("old"), SILENT)[1] is None
    assert judged(piece("new", LEAD + SNAILS, title="Snails"), piece("old"), GONE)[1] is None


LONG = f"{SNAILS} {FROST}"
OTHERWISE = "What the gardener knows"


@pytest.mark.parametrize(
    ("new", "replaced", "same"),
    [
        (piece("new", LONG, OTHERWISE, NOW), False, True),
        (piece("new", LONG, OTHERWISE), True, True),
        (piece("new", LONG.replace("walls", "wall"), OTHERWISE), True, True),
        (piece("new", LONG, OTHERWISE), False, False),
        (piece("new", LONG.replace("not been cut", "been cut"), OTHERWISE), True, False),
        (piece("new", LONG, "Ask the gardener, part 2"), True, False),
        (replace(piece("new", LONG, OTHERWISE), site_ids=("post 13",)), True, False),
        (
            replace(piece("new", LONG, OTHERWISE), enclosures=(Enclosure("https://club.example/2.mp3", "audio/mpeg"),)),
            True,
            False,
        ),
        (piece("new", LONG, OTHERWISE, NOW - 7 * DAY), True, False),
    ],
    ids="day place spelling pushed-out another-word part another-number another-file another-day".split(),
)
def test_one_in_the_place_of_another_with_its_text_is_that_one_whatever_its_title(
    new: Article, replaced: bool, same: bool
) -> None:
    """And the old page stands there still."""
    old = replace(piece("old", LONG, when=NOW), site_ids=("post 12",))
    _, entry_id = judged(new, old, STANDS, replaced=replaced)
    assert entry_id == ("id-1" if same else None)


def test_two_that_the_listing_names_are_two() -> None:
    new, old = piece("new", LONG, OTHERWISE, NOW), piece("old", LONG, when=NOW)
    assert judged(new, old, STANDS, listed=True)[1] is None


def test_a_text_that_a_third_one_bears_tells_nothing() -> None:
    olds = [piece(f"old-{n}", LONG, f"{word} gardener", NOW) for n, word in enumerate(("Ask the", "Dear"))]
    held = [Held(f"id-{n}", old, NOW, NOW, NOW, "", keys=identity.keys(old)) for n, old in enumerate(olds)]
    new = piece("new", LONG, OTHERWISE, NOW)
    for given in (None, held[0]):  # it may have come in this run, too
        found = [Recognised(new, identity.keys(new))]
        found += [Recognised(olds[0], identity.keys(olds[0]), given)] if given else []
        suspects = resemblance.suspects(found, [], held, frozenset())
        assert resemblance.settled(found, suspects)[0].held is None


@pytest.mark.parametrize("edited", [0, 1, 4])
@pytest.mark.parametrize("count", [2, 4])
def test_several_at_other_addresses_at_once_are_what_they_were(count: int, edited: int) -> None:
    """Whatever their old addresses say; but where their texts are others, as forecasts are, they are other ones."""
    texts = [" ".join(Random(n).sample(LONG.split(), 90)) for n in range(count)]
    olds = [piece(f"old-{n}", text, f"Question number {n}") for n, text in enumerate(texts)]
    held = [Held(f"id-{n}", old, NOW, NOW, NOW, "", keys=identity.keys(old)) for n, old in enumerate(olds)]
    told = [f"{text} It took 12 days." if n < edited else text for n, text in enumerate(texts)]
    news = [replace(old, url=f"{old.url}?rnd=2", text=text) for old, text in zip(olds, told, strict=True)]
    found = [Recognised(new, identity.keys(new)) for new in news]
    titles = frozenset(identity.folded(old.title) for old in olds)
    suspects = resemblance.suspects(found, [], held, frozenset(), titles=titles)
    stay = [replace(each, answer=replace(STANDS, title=each.held.article.title), stays=True) for each in suspects]
    known = [one.held.entry_id if one.held else None for one in resemblance.settled(found, stay)]
    assert known == ([f"id-{n}" for n in range(count)] if count - edited >= resemblance.TOGETHER else [None] * count)
    kept = {one.article.url for one in resemblance.settled(found, stay) if one.held}
    assert kept <= {old.url for old in olds}


@pytest.mark.parametrize(
    ("text", "title", "same"),
    [(SNAILS, "Another", True), (FROST, "Ask the gardener", False), (FROST, "Another", False)],
)
def test_an_id_of_the_sites_is_never_trusted_alone(text: str, title: str, same: bool) -> None:
    old = replace(piece("old"), site_ids=("post 12",))
    new = replace(piece("new", text, title), site_ids=("post 12",))
    suspect, entry_id = judged(new, old, GONE if same else STANDS)
    assert entry_id == ("id-1" if same else None)
    if same and suspect:
        assert suspect.why.startswith("the site's own id (post 12)")


def test_the_number_in_an_edited_slug_is_enough_with_the_text() -> None:
    old, new = piece("12345-ask"), piece("12345-ask-the-gardener", SNAILS.replace("nineteen", "twenty"))
    suspect, entry_id = judged(new, old)
    assert suspect is not None
    assert suspect.sure
    assert entry_id == "id-1"


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [("b/our-photo", "a/our-photo", True), ("b/1", "a/2", True), ("b/1", "a/2", False)],
    ids=["a moved section", "the same words", "other words"],
)
def test_a_short_piece_needs_the_same_title_and_words(new: str, old: str, same: bool) -> None:
    said = "A boat in the mist." if same else "A gull on the mole."
    assert judged(piece(new, said), piece(old, "A boat in the mist."), GONE)[1] == ("id-1" if same else None)


def test_untitled_pieces_are_alike_by_their_text_only() -> None:
    assert judged(piece("new", title=None), piece("old", title=None), GONE)[1] == "id-1"
    assert judged(piece("new", FROST, title=None), piece("old", title=None), GONE)[1] is None


def test_one_held_article_for_a_stranger_and_one_stranger_for_a_held_article() -> None:
    old = piece("old")
    held = Held("id-1", old, NOW, NOW, NOW, "", keys=identity.keys(old))
    news = [piece("new-1", SNAILS.replace("nineteen", "twenty")), piece("new-2")]
    found = [Recognised(each, identity.keys(each)) for each in news]
    (suspect,) = resemblance.suspects(found, [], [held], set())
    assert suspect.place == 1
