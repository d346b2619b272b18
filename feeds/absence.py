"""Is an article that we hold still on its site? What is believed of that, and when it is asked."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.model import Standing
from scraper import urls
from scraper.model import Listed

# A page is taken for removed when it was not there at so many looks, over so long: nothing that ends in a weekend.
LOOKS, LASTING = 3, timedelta(days=3)
# One that was not there is asked for again so soon, one that was there so late; and so many are asked in one run.
AGAIN, THERE, MOST_ASKED = timedelta(hours=12), timedelta(days=7), 2


@dataclass(frozen=True, slots=True)
class Rest:
    """A list of which nothing is asked for before `until`, as was found at `since`. `listed` is its hash, and how many
    articles were looked at."""

    listed: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Rests:
    """What is known of the sources' lists, so that one that has not changed costs no look into the store.

    Shared by the threads that update: each source is worked on by one.
    """

    _by_source: dict[int, Rest] = field(default_factory=dict)
    _last: dict[int, int] = field(default_factory=dict)

    def begin(self, source_id: int, token: int) -> None:
        """A run of a source begins, with this token of its lease: another process may have had the one before."""
        if self._last.get(source_id) != token - 1:
            self._by_source.pop(source_id, None)
        self._last[source_id] = token

    def note(self, source_id: int, listed: Sequence[Listed], limit: int, now: datetime, until: datetime) -> None:
        self._by_source[source_id] = Rest(hash((listed, limit)), now, until)

    def rests(self, source_id: int, listed: Sequence[Listed], limit: int, now: datetime) -> bool:
        """Whether nothing is to be asked for yet, of the list that was noted; one of another clock counts for none."""
        rest = self._by_source.get(source_id)
        return rest is not None and rest.since <= now < rest.until and rest.listed == hash((listed, limit))


def left_out(standing: Iterable[Standing], listed: Set[str]) -> tuple[Standing, ...]:
    """Those that the listing leaves out although it names older articles.

    `listed` are the keys of what the listing names. What is older than all of these has left it as everything does.
    """
    keyed = [(urls.part_key(one.url), one) for one in standing if urls.PART not in one.url]
    oldest = min((one.published for key, one in keyed if key in listed), default=None)
    if oldest is None:
        return ()
    return tuple(one for key, one in keyed if one.published > oldest and key not in listed)


def due(left_out: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """Those to ask for: not all at once, and none that was asked for lately."""
    return tuple(one for one in left_out if _due(one, now))[:MOST_ASKED]


def next_due(left_out: Iterable[Standing], now: datetime) -> datetime:
    """When the first of them is to be asked for; where there is none, it is seen again whether there is after a while.

    Nothing is due before that which is not due now.
    """
    return min((one.asked + _pause(one) for one in left_out if one.asked is not None), default=now + THERE)


def replaced(last: Sequence[Listed], listed: Set[str]) -> frozenset[str]:
    """The keys of what the last list named above something that the list names still, and that it leaves out now.

    What stood at its end has left it as everything does.
    """
    keys = [urls.part_key(one.url) for one in last]
    lowest = max((place for place, key in enumerate(keys) if key in listed), default=0)
    return frozenset(key for key in keys[:lowest] if key not in listed)


def removed(looks: int, since: datetime, now: datetime) -> bool:
    """Whether an article is removed that was not there at so many looks in a row, the first of them at `since`."""
    return looks >= LOOKS and now - since >= LASTING


def _due(one: Standing, now: datetime) -> bool:
    ahead = one.asked is not None and one.asked > now  # the clock was put back since
    return one.asked is None or ahead or now - one.asked >= _pause(one)


def _pause(one: Standing) -> timedelta:
    return AGAIN if one.missing else THERE
