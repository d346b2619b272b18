"""How alike are two texts?"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import sketch

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprstvz" for b in "aeiou" for c in ("n", "r", "st", "ll", "k", "m")]


def text(seed: int, length: int) -> list[str]:
    chance = Random(seed)
    return [chance.choice(WORDS) for _ in range(length)]


def edited(said: list[str], seed: int, share: float) -> list[str]:
    chance = Random(seed)
    return [chance.choice(WORDS) if chance.random() < share else word for word in said]


@pytest.mark.parametrize("length", [40, 300, 1500])
@pytest.mark.parametrize("share", [0, 0.02, 0.05, 0.2, 1])
def test_a_sketch_tells_about_how_much_is_shared(length: int, share: float) -> None:
    off = []
    for seed in range(20):
        one = sketch.shingles("A title", " ".join(text(seed, length)))
        other = sketch.shingles("A title", " ".join(edited(text(seed, length), seed + 99, share)))
        numbers = (int.from_bytes(sketch.sketch(each)) for each in (one, other))
        off.append(sketch.likeness(*numbers) - sketch.shared(one, other))
    assert max(map(abs, off)) < 0.25
    assert abs(sum(off) / len(off)) < 0.06


def test_it_is_the_same_everywhere() -> None:
    known = sketch.of("The tide", "High water is at one, low water at seven, and nobody was seen on the pier.")
    assert known.hex() == "fbf2d82ef5dedf3fbf4565bfb2d4a9e0e5a69e524e0efa5a5dfffe7b5fde14b1"
    assert sketch.of(None, "") == sketch.of("", " … ") == b""


def test_so_is_that_of_a_book() -> None:
    book = " ".join(text(0, 9000))
    known = sketch.of("The tide", book)
    assert known.hex() == "2dda8f994d06641b527314a3ab9bb6e441d2ee5532fc838bcf1b37910c52d17e"
    assert sketch.of("The tide", book[: sketch.LONGEST]) == known  # its beginning tells which it is


def test_a_bin_with_great_numbers_only_is_not_lost() -> None:
    chance = Random(1)
    found = [chance.getrandbits(56) << 8 | chance.randrange(sketch.BITS - 1) for _ in range(9000)]
    without, last = int.from_bytes(sketch.sketch(found)), 1 << sketch.BITS - 1
    odd, even = ((1 << 64) - 1, (1 << 64) - 1 - sketch.BITS)  # both in the last bin
    assert int.from_bytes(sketch.sketch([*found, odd])) == without | last
    assert int.from_bytes(sketch.sketch([*found, even])) == without & ~last


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“The Harbour”,\n is  quiet!", "the harbour is quiet"),
        ("Ｔｈｅ harbour is quie\u0301t", "The harbour is qui\u00e9t"),
        ("港は静かです。", "港 は 静か です"),
        ("ท่าเรือเงียบ", "ท่าเรือ เงียบ"),
    ],
)
def test_spelling_does_not_count(one: str, other: str) -> None:
    assert sketch.words(one) == sketch.words(other)


def test_what_has_no_blanks_between_words_is_told_apart_all_the_same() -> None:
    one = "昨日の夜、港の灯台に新しい灯りがともり、漁師たちは遠くからそれを見て喜んだという。"
    other = one.replace("漁師たち", "船乗りたち")
    another = "市の図書館は来月から日曜日も開くことになり、学生たちは静かな席を求めて列を作るだろう。"
    shared = [sketch.shared(sketch.shingles(None, one), sketch.shingles(None, each)) for each in (other, another)]
    assert shared[0] > 0.7
    assert shared[1] < 0.05


def test_the_likest_are_found_the_latest_first() -> None:
    said = [text(seed, 120) for seed in range(6)]
    held = [(number, sketch.of("T", " ".join(each))) for number, each in enumerate(said)]
    held += [(6, held[0][1]), (7, b"")]
    close = sketch.of("T", " ".join(edited(said[3], 1, 0.03)))
    assert sketch.closest([close], held, 0.45, 5) == {3}
    assert sketch.closest([held[0][1], b""], held, 0.45, 1) == {6}
    assert sketch.closest([close, held[0][1]], held, 0.45, 5) == {0, 3, 6}


@given(st.text(), st.text())
def test_any_text_has_a_sketch(title: str, said: str) -> None:
    found = sketch.shingles(title, said)
    assert len(sketch.sketch(found)) in (0, sketch.BITS // 8)
    assert sketch.shared(found, found) == 1
