"""What finding articles on a listing costs, and how well it works: `python bench/discovery.py [FOLDER]`.

Prints milliseconds of CPU for listings of 200, 1,000 and 10,000 links, made here, and each one's cost a link against
the smallest. With FOLDER, which holds `manifest.jsonl` and sites as folders, precision and recall on their first pages
too.
"""

import argparse
import json
import re
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scraper import dom
from scraper.discover import TIERS, discover

SIZES = (200, 1_000, 10_000)
TIMES = 5


def listing(links: int) -> bytes:
    """A page of so many links: four of a card's, and as many in a sidebar's cloud as there are cards."""
    cards = links // 5
    posts = "".join(
        f'<article class="post"><a href="/post/the-tide-of-day-{n}"><img src="/i/{n}.jpg" alt=""></a>'
        f'<h2 class="post-title"><a href="/post/the-tide-of-day-{n}">The tide of day {n} was high</a></h2>'
        f'<p class="meta"><time datetime="20{n % 24:02}-0{n % 9 + 1}-1{n % 9}">that day</time> by '
        f'<a rel="author" href="/author/ada">Ada</a></p><p>It came in before noon, and left again.</p>'
        f'<a class="more" href="/post/the-tide-of-day-{n}">Read more</a></article>'
        for n in range(cards)
    )
    cloud = "".join(f'<li><a href="/tag/t{n}">t{n}</a></li>' for n in range(cards))
    page = f"<!DOCTYPE html><title>Tides</title><main>{posts}</main><aside class=sidebar><ul>{cloud}</ul></aside>"
    return page.encode()


def milliseconds(page: bytes) -> float:
    """The CPU time of one discovery: the least of several, which is the least disturbed."""
    spent = []
    for n in range(TIMES):
        start = time.process_time()
        discover(page, f"https://harbour{len(page)}-{n}.example/")  # a site that no answer is kept of
        spent.append((time.process_time() - start) * 1000)
    return min(spent)


def canonical(path: str) -> str:
    return re.sub(r"(/index)?\.html?$|/+$", "", unquote(path)) or "/"


def quality(folder: Path) -> None:
    """Precision and recall of every tier, and of the front door, on the first listing of each site."""
    sites = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    scores: dict[str, list[tuple[float, float]]] = {name: [] for name in ("all together", *(t.NAME for t in TIERS))}
    for site in sites:
        first = site["listing"][0]
        place = folder / site["site"] / first["path"].lstrip("/")
        file = next(f for f in (place, place / "index.html", place.with_suffix(".html")) if f.is_file())
        content, url = file.read_bytes(), site["origin"] + first["path"]
        articles = {canonical(article["path"]) for article in site["articles"]}
        wanted = {canonical(path) for path in first["articles"]}
        found = {"all together": discover(content, url).links}
        found |= {tier.NAME: tier.find(dom.parse(content, url)).links for tier in TIERS}
        for name, links in found.items():
            got = {canonical(urlsplit(link.url).path) for link in links}
            if got or name == "all together":
                scores[name].append((len(got & articles) / max(1, len(got)), len(got & wanted) / max(1, len(wanted))))
    for name, pairs in scores.items():
        precision, recall = (sum(pair[i] for pair in pairs) / max(1, len(pairs)) for i in (0, 1))
        print(f"{name:>14}  on {len(pairs):>3} of {len(sites)} sites  precision {precision:.3f}  recall {recall:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    least = None
    for links in SIZES:
        spent = milliseconds(listing(links))
        least = least or spent / links
        print(f"{links:>6} links  {spent:>8.1f} ms  {spent / links / least:.2f}x a link")
    if folder is not None:
        quality(folder)


if __name__ == "__main__":
    main()
