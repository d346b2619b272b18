"""Is an article that we hold still on its site? What is believed of that, and when it is asked."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta

from feeds.model import Standing
from scraper import urls
from scraper.model import Listed

# A page is taken for removed when it was not there at so many looks, over so long: nothing that ends in a weekend.
LOOKS, LASTING = 3, timedelta(days=3)
# One that was not there is asked for again so soon, one that was there so late; and so many are asked in one run.
AGAIN, THERE, MOST_ASKED = timedelta(hours=12), timedelta(days=7), 2


def due(standing: Iterable[Standing], listed: Set[str], now: datetime) -> tuple[Standing, ...]:
    """Those to ask for: what the listing leaves out although it names older articles, and was not asked for lately.

    `listed` are the keys of what the listing names. What is older than all of these has left it as everything does.
    """
    standing = [one for one in standing if urls.PART not in one.url]
    on_list = [one.published for one in standing if urls.part_key(one.url) in listed]
    if not on_list:
        return ()
    oldest = min(on_list)
    left_out = (one for one in standing if one.published > oldest and urls.part_key(one.url) not in listed)
    return tuple(one for one in left_out if _due(one, now))[:MOST_ASKED]


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
    return one.asked is None or ahead or now - one.asked >= (AGAIN if one.missing else THERE)
