"""What knowing an article again costs where thousands are held, and how alike edited texts are.

    .venv/bin/python bench/identity.py [--held 5000]

The articles are made up by a seeded generator. The peer is the same comparison without sketches: the shingles of a
stranger beside those of every text that is held, reckoned anew, as a program without memory would have to do.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from feeds import changes, identity, resemblance, sketch
from feeds.model import Configured, Outcome
from feeds.store import Store
from scraper.model import Article

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = [
    f"{a}{b}{c}" for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "ou") for c in ("n", "rt", "st", "ll", "k")
]
LENGTH, RUN = 400, 50


def article(number: int, path: str = "news") -> Article:
    chance = Random(number)
    text = " ".join(chance.choice(WORDS) for _ in range(LENGTH))
    url = f"https://club.example/{path}/story-about-{chance.choice(WORDS)}-{number % 997}-{number // 997}"
    title = " ".join(chance.choice(WORDS) for _ in range(6))
    return Article(url, title, f"<p>{text}</p>", text, published=NOW - number * timedelta(hours=7), addresses=(url,))


def timed(what: Callable[[], object], rounds: int = 5) -> float:
    """The best of some rounds, in milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        what()
        best = min(best, time.perf_counter() - begin)
    return best * 1000


def filled(count: int) -> tuple[Store, int]:
    store = Store.open(None)
    store.sync([Configured("club", "https://club.example/", "r", "tag:club.example,2026:f")], NOW)
    (lease,) = store.claim(NOW, NOW + timedelta(hours=1), 1)
    held = identity.recognise([article(number) for number in range(count)], ())
    decisions = changes.decide(held, now=NOW, ids=(), moments=(), first=True)
    store.save(lease, Outcome(decisions), NOW)
    return store, lease.source.id


def recognise(store: Store, source: int, articles: list[Article]) -> int:
    """What an update does to know its articles; how many it knew."""
    found = identity.recognise(articles, store.held(source, (k for a in articles for k in identity.keys(a))))
    strangers = [each for each in found if each.held is None]
    if strangers:
        by_id = store.held(source, (k for each in strangers for k in each.keys if not identity.is_address(k)))
        alike = store.alike(source, [sketch.of(each.article.title, each.article.text) for each in strangers])
        found = resemblance.settled(found, resemblance.suspects(found, by_id, alike, frozenset()))
    return sum(each.held is not None for each in found)


def costs(count: int) -> None:
    store, source = filled(count)
    known = [article(number) for number in range(RUN)]
    moved = [article(number, "archive") for number in range(RUN)]
    new = [article(count + number) for number in range(RUN)]
    print(f"{count} articles held, {LENGTH} words each; a run of {RUN}, in ms (best of 5)")
    rows = [("all known by address", known), ("one new", [*known[1:], new[0]]), ("all moved", moved), ("all new", new)]
    for name, articles in rows:
        cost = timed(lambda articles=articles: recognise(store, source, articles))  # type: ignore[misc]
        print(f"  {name:22} {cost:8.1f}   known again: {recognise(store, source, articles)}")
    held = store.newest(source, count)
    mine = sketch.shingles(new[0].title, new[0].text)

    def without_sketches() -> None:
        for one in held:
            sketch.shared(mine, sketch.shingles(one.article.title, one.article.text))

    with_them = timed(lambda: store.alike(source, [sketch.sketch(mine)]))
    without = timed(without_sketches, rounds=1)
    print(
        f"  one stranger beside all that is held: {with_them:.1f} with sketches, {without:.0f} without, "
        f"{without / with_them:.0f} times as much"
    )
    print(f"  a sketch: {timed(lambda: sketch.of(new[0].title, new[0].text)):.2f} ms, {sketch.BITS // 8} bytes")
    store.close()


def alike() -> None:
    print("shared shingles after an edit, mean of 50 texts of 400 words (and of the likeness of their sketches)")
    for name, share in (("1 word in 50", 0.02), ("1 word in 20", 0.05), ("1 word in 10", 0.1), ("1 word in 5", 0.2)):
        tell(
            name,
            lambda said, chance, share=share: [chance.choice(WORDS) if chance.random() < share else w for w in said],
        )  # type: ignore[misc]
    tell("a tenth rewritten", lambda said, chance: [*said[:360], *(chance.choice(WORDS) for _ in range(40))])
    tell("a third rewritten", lambda said, chance: [*said[:268], *(chance.choice(WORDS) for _ in range(132))])
    tell("only the lead is the same", lambda said, chance: [*said[:60], *(chance.choice(WORDS) for _ in range(340))])
    tell("another text", lambda said, chance: [chance.choice(WORDS) for _ in said])


def tell(name: str, edit: Callable[[list[str], Random], list[str]]) -> None:
    shared, likeness = [], []
    for number in range(50):
        one = article(number)
        texts = (one.text, " ".join(edit(one.text.split(), Random(number + 10**6))))
        mine, other = (sketch.shingles(one.title, text) for text in texts)
        shared.append(sketch.shared(mine, other))
        likeness.append(sketch.likeness(*(int.from_bytes(sketch.sketch(each)) for each in (mine, other))))
    print(f"  {name:28} {sum(shared) / 50:.2f} ({sum(likeness) / 50:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", type=int, default=5000)
    costs(parser.parse_args().held)
    alike()


if __name__ == "__main__":
    main()
