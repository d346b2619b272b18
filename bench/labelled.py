"""Labelled pages: how they are stored, and how near a text comes to what a person saw.

A folder holds `*.jsonl.gz`, one file a set, a page a line: {"id", "url", "html" (base64, and "html_encoding": "gz+b64"
where it is gzipped too), "truth_text" (the article as a person sees it)} or, instead of the text, {"with": [sentences
that belong], "without": [sentences that don't]}; and "meta": {"title", "author", "date", "page_type"} where they are
known. Public sets of that kind are scrapinghub's article-extraction-benchmark, trafilatura's evaluation pages, WCXB,
magic-html's and fundus'; each has its pages and truths in its own repository, to be written in this form.
"""

import base64
import gzip
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

# One token a word, and a token for each CJK character.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORDS = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


def rows(
    folder: Path, only: Collection[str] = (), left_out: Collection[str] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pages with the name of their set; "html" is bytes."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        if name in left_out or (only and name not in only):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                html = base64.b64decode(row["html"])
                row["html"] = gzip.decompress(html) if row.get("html_encoding") == "gz+b64" else html
                yield name, row


def tokens(text: str) -> list[str]:
    return WORDS.findall(text.lower())


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def word_f1(true: list[str], found: list[str]) -> float:
    a, b = Counter(true), Counter(found)
    same = sum((a & b).values())
    return 2 * same / (len(true) + len(found)) if true and found else float(not true and not found)


def grams(text: str) -> Counter[tuple[str, ...]]:
    """The 4-grams of a text, as scrapinghub's benchmark counts them: a short text is one."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def gram_share(true: str, found: str) -> tuple[float | None, float | None]:
    """Precision and recall of the 4-grams; None where there is nothing to take a share of."""
    a, b = grams(true), grams(found)
    same = (a & b).total()
    if not a and not b:
        return 1.0, 1.0
    return same / b.total() if b else None, same / a.total() if a else None


def snippets(row: dict[str, Any], found: str) -> tuple[int, int, int]:
    """Of the sentences that belong how many were found, of those that don't how many, and how many belong."""
    text = " ".join(found.split())
    must, must_not = ([" ".join(s.split()) for s in row.get(key, ())] for key in ("with", "without"))
    return sum(s in text for s in must), sum(s in text for s in must_not), len(must)


def is_article(row: dict[str, Any]) -> bool:
    return bool(row.get("meta", {}).get("page_type", "article") == "article")
