#!/usr/bin/env python3
"""What the memory of a site's pages is worth: the articles of each site with it, against those without it.

    python bench/template.py FOLDER [--pages 5] [--disguise] [--sites]

FOLDER holds `*.jsonl.gz` as bench/train.py describes them, or whole sites: `manifest.jsonl` with a site a line,
{"site", "origin", "articles": [{"path", "body_text"}]}, and a folder of HTML files by the name of each site. Pages are
grouped by their host, and hosts with fewer than --pages pages are left out. As in a first run, the first pages of a
site are learned before any is judged, and each later one is judged by itself and those before it.

--disguise makes templates that nobody has seen: classes become nonsense, ids, roles and sectioning elements go, and two
or three standing paragraphs (a promotion, an author's, a cookie text, a request for gifts) are put before and after the
text, as plain <p> in its own element.

Figures are of word 4-grams against the truth, a mean over pages for each site; `ms` is the CPU time that the memory
costs a page, beside that of the whole extraction.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import train

from scraper import SiteTemplate, blocks, choice, dom, evidence, extract, learn, markers, template
from scraper.errors import ScrapeError

STANDING = (
    "Did you like this? Join the thousands who read our letter each Friday; it costs nothing and you leave at will.",
    "About the author: she has written of harbours, weather and old machines for years, and lives with two dogs.",
    "We use small files that your browser keeps, to count visits and to know what you chose. By reading on you agree.",
    "This site lives on what its readers give. If what you find here is of use to you, think of a small monthly gift.",
)
NAMES = re.compile(r'\s(?:id|itemprop|itemtype|role|data-hook)="[^"]*"')
SECTIONS = re.compile(r"<(/?)(?:article|main|header|footer|section|aside|nav)\b")
CLASSES = re.compile(r'\sclass="([^"]*)"')
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass
class Labelled:
    site: str
    url: str
    html: bytes
    truth: str


@dataclass
class Scores:
    """Precision, recall and F1, summed over pages."""

    precision: float = 0.0
    recall: float = 0.0
    f1: float = 0.0

    def add(self, truth: str, text: str) -> None:
        true, found = grams(truth), grams(text)
        same = sum((true & found).values())
        precision, recall = same / max(1, found.total()), same / max(1, true.total())
        self.precision += precision
        self.recall += recall
        self.f1 += 2 * precision * recall / (precision + recall) if same else 0.0

    def over(self, number: int) -> tuple[float, float, float]:
        return self.precision / number, self.recall / number, self.f1 / number


def grams(text: str) -> Counter[tuple[str, ...]]:
    words = train.tokens(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def pages(folder: Path) -> Iterator[Labelled]:
    if (folder / "manifest.jsonl").exists():
        for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
            site = json.loads(line)
            for article in site["articles"]:
                path = folder / site["site"] / unquote(article["path"]).strip("/")
                files = [f for f in (path / "index.html", path, path.with_name(path.name + ".html")) if f.is_file()]
                if files and article["body_text"]:
                    yield Labelled(
                        site["site"], site["origin"] + article["path"], files[0].read_bytes(), article["body_text"]
                    )
        return
    for name, row in train.rows(folder):
        host = urlsplit(row["url"] or "").netloc.removeprefix("www.")
        if host and row.get("truth_text"):
            yield Labelled(f"{name} {host}", row["url"], row["html"], row["truth_text"])


def disguised(page: Labelled, kind: int) -> bytes:
    """The page on a template of its site's own that nobody has seen, with standing paragraphs around the text."""
    tree = dom.parse(page.html, page.url)
    held, places = blocks.read(tree.body)
    found = Counter[int]()
    for block, label in zip(held, train.labels(held, {"truth_text": page.truth}), strict=True):
        if label == 1 and block.place.tag == "p" and block.place.parent is not None:
            found[block.place.parent.index] += block.chars
    if found:
        root = places[found.most_common(1)[0][0]].element
        first = next(child for child in root.children if isinstance(child, dom.Element))
        standing = [dom.fragment(f"<p>{STANDING[(kind + i) % 4]}</p>").children[0] for i in range(3)]
        if kind % 3 != 2:
            first.insert_before(standing[0])
        if kind % 3 != 1:
            root.append(standing[1])
        if kind % 2:
            root.append(standing[2])

    def nonsense(names: re.Match[str]) -> str:
        hidden = (md5((page.site + re.sub(r"\d", "", name)).encode()).hexdigest()[:6] for name in names[1].split())
        return ' class="' + " ".join(name.translate(LETTERS) for name in hidden) + '"'

    html = SECTIONS.sub(r"<\1div", NAMES.sub("", CLASSES.sub(nonsense, tree.document.html)))
    return html.encode()


def texts(site: list[Labelled], *, remembering: bool) -> list[str]:
    memory = SiteTemplate()
    for page in site[: template.FEWEST] if remembering else ():
        memory = after(page, memory)
    found = []
    for page in site:
        memory = after(page, memory) if remembering else memory
        found.append(text(page, memory))
    return found


def after(page: Labelled, memory: SiteTemplate) -> SiteTemplate:
    try:
        return learn(page.html, page.url, template=memory)
    except ScrapeError:
        return memory


def text(page: Labelled, memory: SiteTemplate) -> str:
    try:
        return extract(page.html, page.url, template=memory).text
    except ScrapeError:
        return ""


def cost(site: list[Labelled]) -> tuple[float, float]:
    """CPU seconds that the memory takes for the site's pages, and whole extraction."""
    memory, spent, whole = SiteTemplate(), 0.0, 0.0
    for page in site:
        start = time.process_time()
        text(page, SiteTemplate())
        whole += time.process_time() - start
        tree = dom.parse(page.html, page.url)
        markers.without_unseen(tree)
        for element in markers.elsewhere(tree):
            element.extract()
        held, places = blocks.read(tree.body)
        odds = evidence.odds(held, places)
        chosen = choice.choose(held, odds)
        start = time.process_time()
        seen = template.impression(page.url, held, odds, chosen)
        memory = template.learned(memory, seen)
        template.judged(memory, seen)
        spent += time.process_time() - start
    return spent, whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=5, help="sites of at least so many pages")
    parser.add_argument("--disguise", action="store_true", help="on templates that nobody has seen")
    parser.add_argument("--sites", action="store_true", help="a line for each site, and not only for those that differ")
    arguments = parser.parse_args()
    sites: dict[str, list[Labelled]] = defaultdict(list)
    for page in pages(arguments.folder):
        sites[page.site].append(page)
    sites = {name: site for name, site in sites.items() if len(site) >= arguments.pages}
    verdicts, totals, number = Counter[str](), [[0.0] * 3, [0.0] * 3], 0
    spent = whole = 0.0
    for kind, (name, site) in enumerate(sites.items()):
        if arguments.disguise:
            for page in site:
                page.html = disguised(page, kind)
        without, having = Scores(), Scores()
        for page, one, other in zip(site, texts(site, remembering=False), texts(site, remembering=True), strict=True):
            without.add(page.truth, one)
            having.add(page.truth, other)
        before, after = without.over(len(site)), having.over(len(site))
        for figure, a, b in zip(("precision", "recall", "F1"), before, after, strict=True):
            verdicts[f"{figure} {'better' if b > a + 1e-6 else 'worse' if b < a - 1e-6 else 'same'}"] += 1
        if arguments.sites or before != after:
            shown = "  ".join(f"{a:.4f} → {b:.4f}" for a, b in zip(before, after, strict=True))
            print(f"{name:40} {len(site):3} pages  {shown}")
        for total, figures in zip(totals, (before, after), strict=True):
            total[:] = [t + f * len(site) for t, f in zip(total, figures, strict=True)]
        number += len(site)
        seconds, all_of_it = cost(site)
        spent, whole = spent + seconds, whole + all_of_it
    if not number:
        print("No site has so many pages.")
        return
    shown = "  ".join(f"{a / number:.4f} → {b / number:.4f}" for a, b in zip(*totals, strict=True))
    print(f"{len(sites)} sites, {number} pages: precision, recall, F1  {shown}")
    for figure in ("precision", "recall", "F1"):
        print(f"{figure:10}", ", ".join(f"{verdicts[f'{figure} {how}']} {how}" for how in ("better", "same", "worse")))
    print(f"{spent / number * 1000:.3f} ms a page of {whole / number * 1000:.1f}")


if __name__ == "__main__":
    main()
