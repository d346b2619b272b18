#!/usr/bin/env python3
"""What it costs to keep pages as they came: CPU time a page and bytes on the disk, at each level of zstd.

    python bench/keeping.py FOLDER [--pages 300] [--set wcxb]

FOLDER holds `*.jsonl.gz` as bench/labelled.py describes them. Beside each level stand gzip at its usual level 6, and
what it costs to read the same pages (`scraper.extract`), all in the same run: keeping a page is to be cheap beside
reading it. `put` is the whole of it as a run pays it: digest, packing, and the file.
"""

import argparse
import gzip
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import labelled

from feeds import archive
from feeds.archive import Archive
from scraper import extract
from scraper.errors import ScrapeError

LEVELS = (1, 3, 6, 9, 12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--set", dest="only", action="append", default=[])
    options = parser.parse_args()
    rows = islice(labelled.rows(options.folder, options.only), options.pages)
    pages = [(row.get("url") or "https://club.example/", row["html"]) for _, row in rows]
    contents = [content for _, content in pages]
    size = sum(map(len, contents))
    print(f"{len(pages)} pages, {size / len(pages) / 1000:.0f} kB each")

    reading = seconds(lambda: [read(url, content) for url, content in pages])
    print(f"reading      {reading / len(pages) * 1000:6.2f} ms a page")
    print("             ms a page   of reading   raw:kept   kB a page")
    told("gzip 6", contents, reading, lambda content: gzip.compress(content, 6))
    for level in LEVELS:
        told(f"zstd {level}", contents, reading, lambda content, level=level: archive.zstd.compress(content, level))
    with tempfile.TemporaryDirectory() as folder:
        kept = Archive(Path(folder))
        spent = seconds(lambda: [kept.put(1, content) for content in contents])
        packed = [kept.put(1, content) for content in contents]
        line(f"put ({archive.LEVEL})", spent, reading, size, sum(one.packed for one in packed), len(pages))
        spent = seconds(lambda: [kept.get(1, one.digest, one.size) for one in packed])
        line("get", spent, reading, size, sum(one.packed for one in packed), len(pages))


def told(name: str, contents: Sequence[bytes], reading: float, pack: Callable[[bytes], bytes]) -> None:
    packed: list[bytes] = []
    spent = seconds(lambda: packed.extend(map(pack, contents)))
    line(name, spent, reading, sum(map(len, contents)), sum(map(len, packed)), len(contents))


def line(name: str, spent: float, reading: float, size: int, kept: int, count: int) -> None:
    share, ratio = spent / reading, size / kept
    print(f"{name:<12} {spent / count * 1000:9.2f} {share:11.0%} {ratio:10.1f} {kept / count / 1000:11.1f}")


def read(url: str, content: bytes) -> None:
    try:
        extract(content, url)
    except ScrapeError:
        pass  # it was looked at all the same


def seconds(work: Callable[[], object]) -> float:
    """Of CPU time."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main()
