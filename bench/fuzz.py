#!/usr/bin/env python3
"""Does any page make extract() or discover() fail in a way that nobody foresaw?

    python bench/fuzz.py 100000 [FOLDER] [--seed 1] [--log FILE]

Takes the pages under FOLDER (tests/pages by default), damages each copy in one to five ways (bytes flipped, cut or
swapped, tags lost, doubled, moved or nested, two pages spliced, attributes and characters that nobody expects) and
gives it to extract() and discover(). An Article, a Discovery and a ScrapeError are answers; anything else is a fault,
and is printed with the iteration that makes it again (`--only N` with the same seed; `--save FILE` keeps that page).
The same seed gives the same pages on any day and any machine. Prints how many pages gave what, the slowest with its
size, and the peak of memory, once after the first thousand pages and once after all.
"""

import argparse
import random
import re
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scraper import discover, extract
from scraper.errors import ScrapeError

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "pages"
URL = "https://club.example/news/2024/05/a-page"
TAG = re.compile(rb"<[^<>]{0,400}>")
# No page grows beyond this, in bytes: splicing and nesting could double it each time.
LARGEST = 400_000
# Memory is told once more from here on: what the first pages load, later ones use again.
WARM = 1000
# What breaks parsers, decoders, dates and addresses.
ODD = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"&#xD800;",
    b"&#0;",
    b"&#x110000;",
    b"&amp;lt;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<!",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<meta charset=utf-7>",
    b"<meta charset=x-none>",
    b"<base href='http://['>",
    b"<base href='javascript:0'>",
    b"<a href='http://[::1'>x</a>",
    b"<a href='//x:99999999/'>y</a>",
    b"<img src='data:,'>",
    b"<img srcset=', , ,'>",
    b"<time datetime='9999-99-99T99:99:99+99:99'>",
    b"<plaintext>",
    b"<svg><p>",
    b"<math><mi><table>",
    b"<template>",
    b"</template>",
    b"<frameset>",
    b"<noscript><img src=x>",
    b"<table><tr><p>",
    b"</p></p>",
    b"<script>",
    b"</script>",
    b"<title>",
    b"<textarea>",
    b"<select><option>",
    b"<script type='application/ld+json'>{\"@graph\":[[[",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x98\x80",
    b"\x0c\x0b\x1f",
    b"\xa4\xa4\xff",
    b"<body><html><head>",
    b"&" * 40,
    b"<" * 40,
)
CONTENT_TYPES = (
    None,
    "",
    "text/html",
    "text/html; charset=utf-8",
    "text/html; charset=utf-16",
    "text/html; charset=nothing",
    "text/plain",
    "application/xhtml+xml",
    "text/html; charset=shift_jis",
    "text/html; charset=gb18030",
    "application/pdf",
)

Damage = Callable[[random.Random, bytes, bytes], bytes]


def flipped(chance: random.Random, page: bytes, _: bytes) -> bytes:
    changed = bytearray(page)
    for _n in range(chance.randint(1, 30)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def truncated(chance: random.Random, page: bytes, _: bytes) -> bytes:
    return page[: chance.randrange(1, len(page) + 1)]


def beheaded(chance: random.Random, page: bytes, _: bytes) -> bytes:
    return page[chance.randrange(len(page)) :]


def without_a_piece(chance: random.Random, page: bytes, _: bytes) -> bytes:
    start = chance.randrange(len(page))
    return page[:start] + page[start + chance.randint(1, 2000) :]


def without_tags(chance: random.Random, page: bytes, _: bytes) -> bytes:
    share = chance.random()
    return TAG.sub(lambda tag: b"" if chance.random() < share else tag.group(), page)


def with_tags_twice(chance: random.Random, page: bytes, _: bytes) -> bytes:
    share = chance.random() / 2
    return TAG.sub(lambda tag: tag.group() * chance.randint(2, 4) if chance.random() < share else tag.group(), page)


def with_tags_swapped(chance: random.Random, page: bytes, _: bytes) -> bytes:
    tags = [tag.group() for tag in TAG.finditer(page)]
    if not tags:
        return page
    share = chance.random() / 2
    return TAG.sub(lambda tag: chance.choice(tags) if chance.random() < share else tag.group(), page)


def nested(chance: random.Random, page: bytes, _: bytes) -> bytes:
    tag = chance.choice(
        [b"div", b"b", b"table", b"ul", b"a", b"section", b"svg", b"blockquote", b"p", b"pre", b"figure"]
    )
    at = chance.randrange(len(page))
    deep = chance.choice([3, 30, 300, 3000])
    closed = b"</" + tag + b">" if chance.random() < 0.5 else b""
    return page[:at] + (b"<" + tag + b">") * deep + page[at:] + closed * deep


def spliced(chance: random.Random, page: bytes, other: bytes) -> bytes:
    return page[: chance.randrange(len(page) + 1)] + other[chance.randrange(len(other) + 1) :]


def repeated(chance: random.Random, page: bytes, _: bytes) -> bytes:
    start = chance.randrange(len(page))
    piece = page[start : start + chance.randint(1, 500)]
    return page[:start] + piece * chance.choice([2, 20, 200]) + page[start:]


def odd(chance: random.Random, page: bytes, _: bytes) -> bytes:
    for _n in range(chance.randint(1, 8)):
        at = chance.randrange(len(page) + 1)
        page = page[:at] + chance.choice(ODD) + page[at:]
    return page


def in_other_bytes(chance: random.Random, page: bytes, _: bytes) -> bytes:
    charset = chance.choice(["utf-16", "utf-16-be", "utf-7", "utf-32", "cp037", "latin-1", "gb18030"])
    return page.decode("utf-8", "replace").encode(charset, "replace")


DAMAGES: tuple[Damage, ...] = (
    flipped,
    truncated,
    beheaded,
    without_a_piece,
    without_tags,
    with_tags_twice,
    with_tags_swapped,
    nested,
    spliced,
    repeated,
    odd,
    in_other_bytes,
)


@dataclass
class Outcome:
    pages: int = 0
    bytes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int, int] = (0.0, 0, 0)
    warm: int = 0


def samples(folder: Path) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(folder.rglob("page.*")) or sorted(folder.rglob("*.html"))]
    return [page for page in found if page]


def damaged(pages: list[bytes], seed: int, number: int) -> tuple[bytes, str | None]:
    """Page and Content-Type of one iteration, the same whichever came before."""
    chance = random.Random(f"{seed}/{number}")
    page = chance.choice(pages)
    for _ in range(chance.choice([1, 1, 2, 3, 5])):
        page = chance.choice(DAMAGES)(chance, page or b" ", chance.choice(pages))[:LARGEST]
    return page, chance.choice(CONTENT_TYPES) if chance.random() < 0.3 else None


def answers(page: bytes, content_type: str | None) -> Iterator[tuple[str, str | None]]:
    """What each of the two said, with the traceback of what nobody foresaw."""
    for call in (extract, discover):
        try:
            call(page, URL, content_type=content_type)
            yield f"{call.__name__}: answered", None
        except ScrapeError as error:
            yield f"{call.__name__}: {type(error).__name__}", None
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            yield f"{call.__name__}: FAULT {type(error).__name__}", traceback.format_exc(limit=-4)


def peak() -> int:
    """The most memory that the process has held so far, in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(pages: list[bytes], seed: int, numbers: range, log: Path | None) -> Outcome:
    outcome = Outcome()
    for number in numbers:
        page, content_type = damaged(pages, seed, number)
        start = time.process_time()
        for answer, fault in answers(page, content_type):
            outcome.answers[answer] += 1
            if fault is not None:
                outcome.faults.append(f"iteration {number}: {fault}")
        took = time.process_time() - start
        outcome.slowest = max(outcome.slowest, (took, number, len(page)))
        outcome.pages += 1
        outcome.bytes += len(page)
        if outcome.pages == WARM:
            outcome.warm = peak()
        if log is not None and outcome.pages % WARM == 0:
            log.write_text(told(outcome), "utf-8")
    return outcome


def told(outcome: Outcome) -> str:
    took, number, size = outcome.slowest
    kinds = {fault.partition(": ")[2].strip().rpartition("\n")[2]: fault for fault in reversed(outcome.faults)}
    return "\n".join(
        (
            f"{outcome.pages:,} pages, {outcome.bytes / 1e6:,.0f} MB, {len(outcome.faults)} faults",
            *(f"  {count:9,}  {answer}" for answer, count in sorted(outcome.answers.items())),
            f"slowest: {1000 * took:.0f} ms CPU for both calls, iteration {number}, {size:,} bytes",
            f"peak memory: {outcome.warm or peak()} MB after {WARM:,} pages, {peak()} MB at the end",
            *kinds.values(),
            "",
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("iterations", type=int)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="N", help="run this one iteration")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the page of --only to a file")
    parser.add_argument("--log", type=Path, metavar="FILE", help="rewritten with the state after each thousand pages")
    arguments = parser.parse_args()
    pages = samples(arguments.folder)
    if not pages:
        parser.error(f"no pages under {arguments.folder}")
    numbers = range(arguments.iterations) if arguments.only is None else range(arguments.only, arguments.only + 1)
    if arguments.save is not None and arguments.only is not None:
        arguments.save.write_bytes(damaged(pages, arguments.seed, arguments.only)[0])
    outcome = run(pages, arguments.seed, numbers, arguments.log)
    print(told(outcome))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
