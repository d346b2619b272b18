#!/usr/bin/env python3
"""Learn scraper/weights.json, by which blocks are judged, from labelled pages.

    python bench/train.py FOLDER [--write]

FOLDER holds labelled pages (see labelled.py for their form and where to get them). Needs numpy, scipy and
lightgbm.

The sites are split in four parts; each is judged by weights learned on the other three, so that the figures are about
sites never seen. `--write` then learns from all pages and writes scraper/weights.json.
"""

import argparse
import hashlib
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lightgbm
import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.labelled import rows, tokens, word_f1
from scraper import (
    alone,
    blocks,
    boilerplate,
    choice,
    clues,
    company,
    dom,
    doubt,
    evidence,
    forest,
    markers,
    names,
    weights,
)
from scraper.blocks import FLAGS
from scraper.errors import ScrapeError

# A block belongs to the article when this share of its 4-grams stands in the truth.
SHARE = 0.5
# How strongly weights are held near 0, in the two rounds; chosen by the halves.
PENALTY = (1e-3, 1e-3)
# The forest: so many trees, each with so much say, and no leaf with fewer blocks. It learns from blocks whose odds are
# within DOUBTED, in hundredths: more than it will be asked of.
TREES, SAY, FEWEST, DOUBTED = 60, 0.08, 100, 200
# How many parts the sites are split in.
FOLDS = 4
# One page in so many is learned from twice: as it is, and with little around its article.
CLEAN = 3
# A word in a name is learned when so many sites use it.
SITES = 8
# Weights nearer to 0 than this change nothing.
SMALLEST = 0.02
# Sets whose truth is the output of a tool, or no article.
LEFT_OUT = ("moz", "defuddle", "goose", "mercury", "htmldate")


@dataclass
class Example:
    name: str
    site: str
    fold: int
    blocks: list[blocks.Block]
    places: list[blocks.Place]
    labels: list[int]
    row: dict[str, Any]


def examples(folder: Path) -> Iterator[Example]:
    for name, row in rows(folder, left_out=LEFT_OUT):
        try:
            tree = dom.parse(row["html"], row["url"] or "https://unknown.example/")
        except ScrapeError:
            continue
        markers.without_markers(tree)
        markers.without_unseen(tree)
        for element in markers.elsewhere(tree):
            element.extract()
        held, places = blocks.read(tree.body)
        if not held:
            continue
        site = ".".join(urlsplit(row["url"] or "").netloc.split(".")[-2:]) or name + str(row["id"])
        fold = fold_of(site, FOLDS)
        found = labels(held, row)
        yield Example(name, site, fold, held, places, found, row)
        if row.get("truth_text") and row["id"] and fold_of(str(row["id"]), CLEAN) == 0 and 1 in found:
            clear(held, places, found)
            held, places = blocks.read(tree.body)
            yield Example("clean", site, fold, held, places, labels(held, row), row)


def fold_of(name: str, count: int) -> int:
    return int(hashlib.md5(name.encode()).hexdigest(), 16) // 2 % count


def clear(held: Sequence[blocks.Block], places: Sequence[blocks.Place], found: Sequence[int]) -> None:
    """Leave of a page what its article stands in, as on pages that have little else; and its heading."""
    count = boilerplate.counted(held, places, [label == 1 for label in found])
    headed = boilerplate.counted(held, places, [block.place.tag == "h1" for block in held])
    inside = {places[0].index}
    for place in places[1:]:
        if place.up in inside and count[place.up] == count[0]:
            inside.add(place.index)
            if count[place.index] == 0 and headed[place.index] == 0:
                place.element.extract()


def labels(held: Sequence[blocks.Block], row: dict[str, Any]) -> list[int]:
    """1 for a block of the article, 0 for another, -1 where nothing is known."""
    if not row.get("truth_text"):
        fold = lambda text: " ".join(text.split())  # noqa: E731
        must, must_not = ([fold(s) for s in row.get(key, [])] for key in ("with", "without"))
        return [1 if any(s in b.text for s in must) else 0 if any(s in b.text for s in must_not) else -1 for b in held]
    truth = tokens(row["truth_text"])
    whole = f" {' '.join(truth)} "
    grams = set(zip(*(truth[i:] for i in range(4)), strict=False))
    found = []
    for block in held:
        words = tokens(block.text)
        if not words:
            found.append(-1)
        elif len(words) < 4 or not grams:
            found.append(int(f" {' '.join(words)} " in whole))
        else:
            mine = list(zip(*(words[i:] for i in range(4)), strict=False))
            found.append(int(sum(gram in grams for gram in mine) >= SHARE * len(mine)))
    return found


class Learner:
    """Logistic regression over the features of all blocks; each page counts alike, long blocks more.

    A feature is a column's number; a bit of what the places say by tag and role; or a word in their
    names, from a block's own place up. Of words only those are kept that many sites use.
    """

    def __init__(self, found: list[Example], columns: list[clues.Columns], words: Sequence[str] = ()) -> None:
        self.known, self.words = len(columns[0]), words
        # A number counts by itself, and by each of the two that it joins, so that rare pairs learn from common ones.
        self.each = clues.WIDEST + clues.WIDEST // 8 + 8
        self.places = self.known * self.each
        self.size = self.places + (len(FLAGS) + len(words) if words else 0)
        numbers = [
            [f for k, value in enumerate(row) for f in self.parts(k, value)]
            for page in columns
            for row in zip(*page, strict=True)
        ]
        if words:
            at = {word: self.size - len(words) + i for i, word in enumerate(words)}
            said = (row for e in found for row in standing(e, at, self.places))
            for row, more in zip(numbers, said, strict=True):
                row += more
        pointers = np.cumsum([0, *(len(row) for row in numbers)])
        shape = (len(numbers), self.size)
        self.matrix = csr_matrix((np.ones(pointers[-1]), np.concatenate(numbers), pointers), shape=shape)
        self.matrix.sum_duplicates()
        self.label = np.array([label for e in found for label in e.labels])
        self.fold = np.array([e.fold for e in found for _ in e.labels])
        page = np.array([i for i, e in enumerate(found) for _ in e.labels])
        weight = np.sqrt([b.chars for e in found for b in e.blocks]) * (self.label >= 0)
        total = np.bincount(page, weights=weight)
        kind = np.array([1.0 if e.row.get("truth_text") else 0.5 for e in found])
        self.weight = weight / np.maximum(total, 1)[page] * kind[page]

    def parts(self, column: int, value: int) -> tuple[int, int, int]:
        start = column * self.each
        pairs = start + clues.WIDEST
        return start + value, pairs + value // 8, pairs + clues.WIDEST // 8 + value % 8

    def fit(self, chosen: np.ndarray, penalty: float) -> np.ndarray:
        chosen = chosen & (self.label >= 0)
        matrix, sign = self.matrix[chosen], self.label[chosen] * 2 - 1
        weight = self.weight[chosen] / self.weight[chosen].sum()

        def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
            margin = sign * (matrix @ theta)
            slope = -sign * weight / (1 + np.exp(np.clip(margin, -50, 50)))
            value = (weight * np.logaddexp(0, -margin)).sum() + penalty * (theta**2).sum()
            return float(value), matrix.T @ slope + 2 * penalty * theta

        start = np.zeros(self.size)
        return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)

    def across(self, penalty: float) -> np.ndarray:
        """The odds of all blocks, each by the weights of the other sites."""
        scores = np.zeros(len(self.label))
        for fold in range(FOLDS):
            scores[self.fold == fold] = (self.matrix @ self.fit(self.fold != fold, penalty))[self.fold == fold]
        return scores

    def tables(self, theta: np.ndarray) -> list[list[float]]:
        """The weights of each column's numbers, as far as there are any."""
        found = [[sum(theta[f] for f in self.parts(k, v)) for v in range(clues.WIDEST)] for k in range(self.known)]
        seen = self.matrix.sum(axis=0).A1[: self.places].reshape(self.known, self.each)[:, : clues.WIDEST]
        rows = np.where(seen > 0, found, 0.0).round(2)
        return [[*map(float, np.trim_zeros(row, "b"))] for row in rows]

    def flags(self, theta: np.ndarray) -> list[float]:
        return [float(z) for z in theta[self.places : self.places + len(FLAGS)].round(2)]

    def named(self, theta: np.ndarray) -> dict[str, float]:
        named = zip(self.words, theta[self.size - len(self.words) :], strict=True)
        return {word: round(float(z), 2) for word, z in named if abs(z) >= SMALLEST}


class Woods:
    """Forests over the numbers of blocks in doubt, which are weighed as by `one`.

    None of these numbers may come from weights that have seen the page: what names are worth by all pages' weights made
    forests that trusted names too much (macro .933 instead of .939).
    """

    def __init__(self, found: list[Example], one: Learner, first: np.ndarray, second: np.ndarray) -> None:
        self.one, self.odds = one, second
        self.before, self.between = (np.round(100 * z).astype(int) for z in (first, second))
        rows, place = [], 0
        for e in found:
            n = len(e.blocks)
            rounds = (z[place : place + n].tolist() for z in (self.before, self.between))
            rows += doubt.numbers(e.blocks, e.places, names.called(e.places), *rounds, range(n))
            place += n
        self.numbers = np.array(rows)

    def grown(self, chosen: np.ndarray) -> list[forest.Tree]:
        chosen = chosen & (self.one.label >= 0) & (abs(self.between) < DOUBTED)
        options = {
            "objective": "binary", "learning_rate": SAY, "num_leaves": forest.LEAVES, "min_data_in_leaf": FEWEST,
            "bagging_fraction": 0.7, "bagging_freq": 1, "feature_fraction": 0.4, "lambda_l2": 1.0, "seed": 0,
            "deterministic": True, "verbose": -1,
        }  # fmt: skip
        weight = self.one.weight[chosen] / self.one.weight[chosen].mean()
        data = lightgbm.Dataset(self.numbers[chosen], self.one.label[chosen], weight=weight)
        found = lightgbm.train(options, data, TREES).dump_model()["tree_info"]
        return [branches(tree["tree_structure"]) for tree in found]

    def asked(self, trees: list[forest.Tree], chosen: np.ndarray) -> np.ndarray:
        """The odds after all rounds, of the chosen blocks."""
        known = forest.grown(trees)
        unsure = abs(self.between) < evidence.DOUBT
        return np.array(
            [
                known.worth(row) / 100 if again else z
                for row, again, z in zip(
                    self.numbers[chosen].tolist(), unsure[chosen], self.odds[chosen].tolist(), strict=True
                )
            ]
        )

    def across(self) -> np.ndarray:
        scores = np.zeros(len(self.odds))
        for fold in range(FOLDS):
            mine = self.one.fold == fold
            scores[mine] = self.asked(self.grown(~mine), mine)
        return scores


def branches(tree: dict[str, Any]) -> forest.Tree:
    """A tree as lightgbm tells it, in the form of `forest`."""
    if "leaf_value" in tree:
        return round(100 * tree["leaf_value"])
    if tree["decision_type"] != "<=" or tree["missing_type"] != "None":
        raise ValueError(f"a fork of another kind: {tree['decision_type']} {tree['missing_type']}")
    below, above = (branches(tree[side]) for side in ("left_child", "right_child"))
    return tree["split_feature"], float(f"{tree['threshold']:.6g}"), below, above


def standing(example: Example, at: dict[str, int], flags: int) -> Iterator[list[int]]:
    """For each block the features of the places that it is in: words of their names, and bits."""
    above: list[list[int]] = []
    for place in example.places:
        own = [at[word] for word in sorted(blocks.words(place.name)) if word in at]
        above.append([*(above[place.up] if place.parent is not None else []), *own])
    for block in example.blocks:
        bits = [flags + bit for bit in range(len(FLAGS)) if block.place.flags >> bit & 1]
        yield [*bits, *sorted(set(above[block.place.index]))]


def vocabulary(found: list[Example]) -> list[str]:
    """The words that enough sites use in names."""
    sites: dict[str, set[str]] = {}
    for e in found:
        for word in {word for place in e.places for word in blocks.words(place.name)}:
            sites.setdefault(word, set()).add(e.site)
    return sorted(word for word, users in sites.items() if len(users) >= SITES)


def report(found: list[Example], scores: np.ndarray) -> str:
    sets: dict[str, list[float]] = {}
    hits = Counter[str]()
    place = 0
    for e in found:
        mine = scores[place : place + len(e.blocks)]
        place += len(e.blocks)
        chosen = choice.choose(e.blocks, [float(z) for z in mine])
        kept = " ".join(b.text for b, keep in zip(e.blocks, chosen, strict=True) if keep)
        if e.row.get("truth_text"):
            article = e.row.get("meta", {}).get("page_type", "article") == "article"
            sets.setdefault(e.name if article else e.name + "-other", []).append(
                word_f1(tokens(e.row["truth_text"]), tokens(kept))
            )
        else:
            hits["tp"] += sum(" ".join(s.split()) in kept for s in e.row.get("with", []))
            hits["fp"] += sum(" ".join(s.split()) in kept for s in e.row.get("without", []))
            hits["all"] += len(e.row.get("with", []))
    means = {name: statistics.mean(values) for name, values in sorted(sets.items())}
    snippet = 2 * hits["tp"] / max(1, hits["tp"] + hits["fp"] + hits["all"])
    return "  ".join(f"{n} {v:.4f}" for n, v in means.items()) + f"  snippets {snippet:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="learn from all pages, and write scraper/weights.json")
    parser.add_argument("--grid", action="store_true", help="try other bars")
    parser.add_argument("--penalties", type=float, nargs=2, default=PENALTY)
    arguments = parser.parse_args()
    found = list(examples(arguments.folder))
    one = Learner(found, [firsts(e) for e in found], vocabulary(found))
    print(len(found), "pages,", len(one.label), "blocks,", len(one.words), "words")
    judged = one.across(arguments.penalties[0])
    print("first  ", report(found, judged))
    two = Learner(found, seconds(found, judged))
    scores = two.across(arguments.penalties[1])
    print("second ", report(found, scores))
    woods = Woods(found, one, judged, scores)
    told = woods.across()
    print("forest ", report(found, told))
    if arguments.grid:
        for bar in (-3.0, -2.5, -2.0, -1.5, -1.0):
            for share in (0.4, 0.6, 0.75):
                choice.KIN_BAR, choice.MOST_OF_KIN = bar, share
                print(f"kin {bar:+.1f} share {share}  {report(found, told)}")
    if arguments.write:
        # The second round is learned from what the first says of pages that it has not seen, as it will be used.
        everything = np.ones(len(one.label), dtype=bool)
        first, second = (learner.fit(everything, p) for learner, p in zip((one, two), arguments.penalties, strict=True))
        sets = len({e.name for e in found})
        data = {
            "source": f"bench/train.py, {len(found)} labelled pages of {sets} public sets",
            "first": one.tables(first),
            "second": two.tables(second),
            "flags": one.flags(first),
            "words": one.named(first),
            "forest": woods.grown(everything),
        }
        path = Path(weights.__file__).with_name("weights.json")
        path.write_text(
            json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("],", "],\n") + "\n", "utf-8"
        )
        print(f"{path.name}: {path.stat().st_size:,} bytes")


def firsts(example: Example) -> clues.Columns:
    return clues.columns(alone.readings(example.blocks, example.places, names.called(example.places)))


def seconds(found: list[Example], judged: np.ndarray) -> list[clues.Columns]:
    columns, place = [], 0
    for e in found:
        mine = [round(100 * z) for z in judged[place : place + len(e.blocks)]]
        place += len(e.blocks)
        columns.append(clues.columns(company.readings(e.blocks, e.places, mine)))
    return columns


if __name__ == "__main__":
    main()
