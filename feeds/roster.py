"""Which source that we remember is which source of the configuration? Names and addresses both change."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from feeds.model import Configured
from scraper import urls


@dataclass(frozen=True, slots=True)
class Remembered:
    """As much of a source in the store as tells which one it is. `key` is urls.key of its `url`."""

    id: int
    name: str
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Match:
    """A configured source with the `id` of the remembered one that it is; None for one that is new."""

    wanted: Configured
    id: int | None


def match(configured: Sequence[Configured], remembered: Sequence[Remembered]) -> tuple[Match, ...]:
    """Every configured source with its memory. Where several would do, the first one remembered is taken."""
    names = {wanted.name for wanted in configured}
    by_name, by_key = defaultdict(list), defaultdict(list)
    for known in remembered:
        by_name[known.name].append(known)
        by_key[known.key].append(known)
    matches: list[Match] = []
    taken: set[int] = set()
    for wanted in configured:
        key, host = urls.key(wanted.url), urls.host(wanted.url)
        same = [known for known in by_name[wanted.name] if known.key == key]
        renamed = [known for known in by_key[key] if known.name not in names and known.id not in taken]
        moved = [known for known in by_name[wanted.name] if urls.host(known.url) == host]
        best = next(iter([*same, *renamed, *moved]), None)
        if best:
            taken.add(best.id)
        matches.append(Match(wanted, best.id if best else None))
    return tuple(matches)
