#!/usr/bin/env python3
"""Does any article make a feed that a strict reader refuses, or reads as something else?

    python bench/fuzz_feeds.py 100000 [--seed 1]

Makes so many hostile articles (tests/hostile.py), builds feeds of 20 with them as an update does, and holds every byte
to the grammar of RFC 4287, the RSS profile, JSON Feed 1.1 and feedparser. The same seed gives the same articles on any
day and any machine. Prints how many were published and how many left out, for which reasons, and each fault.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from feeds import edition
from tests import hostile
from tests.test_lint import ALL, built, faults

OF_ONE_FEED = 20
WHY = ("no address", "another entry has its id", "time zone", "can't be", "are the most", "read as something else")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("entries", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    start, published, size, found = time.process_time(), 0, 0, []
    left_out: Counter[str] = Counter()
    for number in range(arguments.entries // OF_ONE_FEED):
        chance = random.Random(f"{arguments.seed}/{number}")
        entries = [hostile.held(chance, each) for each in range(OF_ONE_FEED)]
        naive = [each for each in entries if each.published.tzinfo is None]
        whole = built([each for each in entries if each not in naive])
        left_out["time zone"] += len(naive)  # the store has none of these
        made = edition.edition(whole, "club", ALL, None)
        found += [f"feed {number}: {fault}" for fault in faults(made)]
        published += len(made.feed.entries)
        size += sum(len(document.content) for document in made.documents)
        for problem in made.problems:
            left_out[next((why for why in WHY if why in problem.message), problem.message)] += 1
    print(
        f"{published + left_out.total():,} entries, {published:,} published, {size / 1e6:,.0f} MB, {len(found)} faults"
    )
    for why, count in left_out.most_common():
        print(f"  {count:9,}  left out: {why}")
    print(f"{time.process_time() - start:,.0f} s CPU")
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
