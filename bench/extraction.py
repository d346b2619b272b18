#!/usr/bin/env python3
"""How good, how fast and how light is extract(), beside trafilatura?

    python bench/extraction.py FOLDER [--only aeb,traf] [--against trafilatura] [--rounds 3] [--pages 60]
    python bench/extraction.py --curve

FOLDER holds labelled pages: see bench/labelled.py for their form and for public sets of them. `--against trafilatura`
needs that: pip install trafilatura lxml_html_clean.

Quality, a line a set, from bytes in (so that telling the charset counts):
  4-gram    precision and recall of word 4-grams, averaged over pages, and F1 of the two
  word      mean over pages of the F1 of words, one token a CJK character; `macro` is its mean over the sets of articles
  snippet   sentences that must be there and sentences that must not, F1 over the set
  title, day, author   share of the pages that say one where it is right: the same but for case and white space, the
            same day, any of the true names
Speed: text, HTML and metadata on both sides (trafilatura with its metadata, and both its text and its HTML); the two
take turns round by round in one process, so that a slow minute of the machine slows both. `×` is trafilatura's CPU time
to ours; the median of the rounds. Memory: resident peak of a fresh process that does the same pages (Linux).
--curve: pages of one kind that double in size, up to the largest that is read, with the CPU time for each and its ratio
to the one before: 2 is linear. It needs no folder.
"""

import argparse
import multiprocessing
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import labelled
from scraper import extract
from scraper.dom import MOST_BYTES, MOST_TAGS
from scraper.errors import ScrapeError

UNKNOWN = "https://unknown.example/"
# Sets whose truth is the output of a tool, or whose pages are no articles, do not count for the macro.
NO_ARTICLES = ("moz", "defuddle", "magic_forum", "goose", "mercury", "htmldate", "zhcn")
SAID = b"<p>The ferry came round the point a little after noon, with every flag it has, and nobody said a word.</p>"
CURVES: dict[str, Callable[[int], bytes]] = {
    "paragraphs": lambda n: SAID * n,
    "nested elements": lambda n: b"<div>" * n + SAID,
    "nested inline": lambda n: b"<b>" * n + SAID,
    "nested tables": lambda n: b"<table><tr><td>" * n + SAID,
    "siblings": lambda n: b"<div>x</div>" * n + SAID,
    "links": lambda n: b"".join(b"<a href=/n/%d>Headline %d</a> " % (i, i) for i in range(n)) + SAID,
    "one line": lambda n: b"word " * n,
    "unclosed": lambda n: b"<p><b><i><a href=x><table><tr><td><li>" * n + SAID,
    "attributes": lambda n: b"<p " + b" ".join(b"a%d=1" % i for i in range(n)) + b">" + SAID,
    "pictures": lambda n: SAID + b"<figure><img src=/a.png><figcaption>x</figcaption></figure>" * n + SAID,
}
# Elements (or words, or attributes) of the smallest page of a curve.
SMALLEST = 12_500
# A curve stops here, in seconds: its last ratio has told enough.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an extractor says of a page, whoever it is."""

    text: str = ""
    title: str | None = None
    day: str | None = None
    authors: str = ""
    raised: bool = False


@dataclass
class Score:
    pages: int = 0
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    articles: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def ours(html: bytes, url: str) -> Answer:
    try:
        found = extract(html, url)
    except ScrapeError:
        return Answer(raised=True)
    day = found.published.date().isoformat() if found.published else None
    return Answer(found.text, found.title, day, " ; ".join(found.authors))


def theirs() -> Callable[[bytes, str], Answer]:
    """trafilatura as its users call it, asked for what extract() gives."""
    import trafilatura
    from trafilatura.htmlprocessing import build_html_output

    def answer(html: bytes, url: str) -> Answer:
        found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
        if found is None:
            return Answer(raised=True)
        build_html_output(found)  # text and metadata it has, HTML must be asked for
        return Answer(found.text or "", found.title, found.date, found.author or "")

    return answer


def folded(value: Any) -> str:
    return " ".join(str(value or "").casefold().split())


def score(into: Score, row: dict[str, Any], answer: Answer) -> None:
    into.pages += 1
    into.counts["raised"] += answer.raised
    if row.get("truth_text"):
        precision, recall = labelled.gram_share(row["truth_text"], answer.text)
        into.precision += [] if precision is None else [precision]
        into.recall += [] if recall is None else [recall]
        words = labelled.word_f1(labelled.tokens(row["truth_text"]), labelled.tokens(answer.text))
        into.words.append(words)
        into.articles += [words] if labelled.is_article(row) else []
    hit, wrong, wanted = labelled.snippets(row, answer.text)
    into.counts.update(hit=hit, wrong=wrong, wanted=wanted)
    truth = row.get("meta", {})
    if truth.get("title"):
        into.counts.update(titles=1, title=folded(truth["title"]) == folded(answer.title))
    if truth.get("date"):
        into.counts.update(days=1, day=str(truth["date"])[:10] == answer.day)
    if truth.get("author"):
        said = truth["author"]
        names = [folded(n) for n in (said if isinstance(said, list) else re.split("[;,]", str(said)))]
        into.counts.update(authors=1, author=any(n and n in folded(answer.authors) for n in names))


def told(name: str, found: Score) -> str:
    line, counts = f"{name:16} {found.pages:4} pages", found.counts
    if found.words:
        p, r = (statistics.mean(values or [0.0]) for values in (found.precision, found.recall))
        line += f"  4-gram {labelled.f1(p, r):.3f} ({p:.3f}/{r:.3f})  word {statistics.mean(found.words):.3f}"
    if counts["wanted"]:
        precision = counts["hit"] / max(1, counts["hit"] + counts["wrong"])
        line += f"  snippet {labelled.f1(precision, counts['hit'] / counts['wanted']):.3f}"
    for one, all_of_them in (("title", "titles"), ("day", "days"), ("author", "authors")):
        if counts[all_of_them]:
            line += f"  {one} {counts[one] / counts[all_of_them]:.3f}"
    return line + (f"  refused {counts['raised']}" if counts["raised"] else "")


def quality(folder: Path, only: tuple[str, ...], extractors: dict[str, Callable[[bytes, str], Answer]]) -> None:
    for who, extractor in extractors.items():
        sets: dict[str, Score] = {}
        for name, row in labelled.rows(folder, only):
            score(sets.setdefault(name, Score()), row, extractor(row["html"], row["url"] or UNKNOWN))
        print(who)
        for name, found in sets.items():
            print(" ", told(name, found))
        means = [statistics.mean(s.articles) for name, s in sets.items() if s.articles and name not in NO_ARTICLES]
        if means:
            print(f"  macro over {len(means)} sets of articles: {statistics.mean(means):.4f}")


def some(folder: Path, only: tuple[str, ...], most: int) -> list[tuple[bytes, str]]:
    """Pages from all over the sets."""
    pages = [(row["html"], row["url"] or UNKNOWN) for _, row in labelled.rows(folder, only)]
    return pages[:: max(1, len(pages) // most)][:most]


def speed(pages: list[tuple[bytes, str]], rounds: int, extractors: dict[str, Callable[[bytes, str], Answer]]) -> None:
    size = sum(len(html) for html, _ in pages) / len(pages)
    times: dict[str, list[float]] = {who: [] for who in extractors}
    for number in range(rounds + 1):
        for who, extractor in extractors.items():
            start = time.process_time()
            for html, url in pages:
                extractor(html, url)
            if number:  # the first round loads and caches
                times[who].append(1000 * (time.process_time() - start) / len(pages))
    print(f"{len(pages)} pages of {size / 1000:.0f} kB, {rounds} rounds")
    for who, taken in times.items():
        print(f"  {who:12} {statistics.median(taken):7.2f} ms CPU a page (least {min(taken):.2f})")
    if len(times) == 2:
        mine, peers = times.values()
        ratios = [b / a for a, b in zip(mine, peers, strict=True)]
        print(f"  × {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


def memory(pages: list[tuple[bytes, str]], names: tuple[str, ...]) -> None:
    context = multiprocessing.get_context("spawn")
    for who in names:
        with context.Pool(1) as pool:
            print(f"  {who:12} {pool.apply(peak, (pages, who))} MB resident at most")


def peak(pages: list[tuple[bytes, str]], who: str) -> int:
    extractor = ours if who == "feedwright" else theirs()
    for html, url in pages:
        extractor(html, url)
    # Not getrusage's figure, which a new process takes over from the one that made it.
    said = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(said.group(1)) // 1024 if said else 0


def curve() -> None:
    for name, page in CURVES.items():
        n, before = SMALLEST, 0.0
        print(name)
        while True:
            html = b"<!DOCTYPE html><title>The ferry</title>" + page(n)
            if len(html) > MOST_BYTES or html.count(b"<") > MOST_TAGS:
                break
            start = time.process_time()
            answer = ours(html, UNKNOWN)
            taken = time.process_time() - start
            ratio = f"{taken / before:5.2f} ×" if before else ""
            size = f"{len(html) / 1e6:7.2f} MB"
            print(f"  {n:10,} {size} {taken:8.2f} s {ratio:8} {'refused' if answer.raised else ''}", flush=True)
            if taken > PATIENCE:
                break
            n, before = 2 * n, taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", type=lambda names: tuple(names.split(",")), default=())
    parser.add_argument("--against", choices=["trafilatura"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=60, help="how many pages speed and memory are measured on")
    parser.add_argument("--curve", action="store_true", help="time against size, instead")
    arguments = parser.parse_args()
    if arguments.curve:
        curve()
        return
    if arguments.folder is None:
        parser.error("which folder of labelled pages?")
    extractors: dict[str, Callable[[bytes, str], Answer]] = {"feedwright": ours}
    if arguments.against:
        extractors[arguments.against] = theirs()
    quality(arguments.folder, arguments.only, extractors)
    pages = some(arguments.folder, arguments.only, arguments.pages)
    speed(pages, arguments.rounds, extractors)
    memory(pages, tuple(extractors))


if __name__ == "__main__":
    main()
