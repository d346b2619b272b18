"""Is a stranger an article that we hold under another address? By the site's own id, and by title and text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain

from feeds import identity, sketch
from feeds.identity import Recognised, folded
from feeds.model import Held
from feeds.suspect import NEARLY_ALL, Suspect

# So many old addresses are asked in one run. When a whole site moves, those that are left are judged without.
MOST_ASKED = 25
# So many that are at other addresses at once are what they were: their site gave them these, if not at every look.
TOGETHER = 3


def suspects(
    found: Sequence[Recognised],
    by_id: Iterable[Held],
    alike: Iterable[Held],
    listed: Set[str],
    replaced: Set[str] = frozenset(),
    titles: Set[str] = frozenset(),
) -> tuple[Suspect, ...]:
    """Who may be whom, best first: one held article for a stranger, and one stranger for a held article, at most.

    `by_id` are those that share a site's id with a stranger, `alike` those whose sketches look like one's; `listed`
    are the keys of what the listing names in this run, `replaced` of what it named before above some of these. `titles`
    are those of all that it named before, folded.
    """
    given = {each.held.entry_id for each in found if each.held}
    every = tuple({o.entry_id: o for o in chain(by_id, alike)}.values())
    held = [one for one in every if one.entry_id not in given]
    if not held:
        return ()
    known = {one.entry_id: sketch.shingles(one.article.title, one.article.text) for one in every}
    shares = {
        place: {id: sketch.shared(mine, theirs) for id, theirs in known.items()}
        for place, stranger in enumerate(found)
        if stranger.held is None
        for mine in (sketch.shingles(stranger.article.title, stranger.article.text),)
    }
    alone = own_pairs(shares)
    likely = []
    for place, texts in shares.items():
        stranger = found[place]
        for one in held:
            shared_id = next((key for key in stranger.keys if not identity.is_address(key) and key in one.keys), None)
            addresses = [key for key in one.keys if identity.is_address(key)]
            suspect = Suspect(
                place,
                stranger.article,
                stranger.keys,
                one,
                texts[one.entry_id],
                shared_id,
                listed=any(key in listed for key in addresses),
                alone=(place, one.entry_id) in alone,
                replaced=any(key in replaced for key in addresses),
            )
            if suspect.plausible:
                likely.append(suspect)
    likely.sort(key=lambda s: (s.site_id is None, -s.text, -s.same_moment, s.place, s.held.entry_id))
    return _together(tuple(_one_each(likely)), titles)


def _together(judged: Sequence[Suspect], titles: Set[str]) -> tuple[Suspect, ...]:
    """Mark those that left the list together with their addresses, where there are enough of them with the same words.

    Forecasts of one title for each day have others.
    """
    left = {
        suspect.place: suspect
        for suspect in judged
        if suspect.same_title
        and suspect.alone
        and not suspect.listed
        and folded(suspect.held.article.title) in titles
        and len(sketch.words(suspect.article.text)) >= sketch.FEWEST_WORDS
    }
    enough = len(left) >= TOGETHER and sum(suspect.same_words for suspect in left.values()) >= TOGETHER
    return tuple(replace(each, together=enough and each.place in left) for each in judged)


def own_pairs(shares: Mapping[int, Mapping[str, float]]) -> frozenset[tuple[int, str]]:
    """The pairs, by place and id, that have nearly all of a text in common with each other and with nobody else.

    `shares` is which part of its text each has in common with each that is held.
    """
    pairs = [(place, id) for place, texts in shares.items() for id, text in texts.items() if text >= NEARLY_ALL]
    places, ids = Counter(place for place, _ in pairs), Counter(id for _, id in pairs)
    return frozenset((place, id) for place, id in pairs if places[place] == ids[id] == 1)


def _one_each(likely: Iterable[Suspect]) -> Iterator[Suspect]:
    places, entries = set[int](), set[str]()
    for suspect in likely:
        if suspect.place not in places and suspect.held.entry_id not in entries:
            places.add(suspect.place)
            entries.add(suspect.held.entry_id)
            yield suspect


def settled(found: Sequence[Recognised], judged: Iterable[Suspect]) -> tuple[Recognised, ...]:
    """The articles of a run, the strangers among them that were known again.

    Where old addresses are good still, the entries stay at these, and the others are none of theirs.
    """
    known = {suspect.place: suspect for suspect in judged if suspect.same}
    return tuple(_settled(each, known[place]) if place in known else each for place, each in enumerate(found))


def _settled(stranger: Recognised, suspect: Suspect) -> Recognised:
    if not suspect.stays:
        return replace(stranger, held=suspect.held, by=suspect.why)
    article = replace(stranger.article, url=suspect.held.article.url)
    return Recognised(article, suspect.held.keys, suspect.held, suspect.why)
