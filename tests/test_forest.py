"""Trees that are asked all at once answer as each does that is asked fork by fork."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.forest import LEAVES, Tree, grown

NUMBERS = 4
THRESHOLDS = st.sampled_from((-2.5, -1.0, 0.0, 0.5, 1.0, 3.0))
WORTHS = st.integers(-300, 300)


def trees(forks: int) -> st.SearchStrategy[Tree]:
    """Trees with up to so many forks."""
    if not forks:
        return WORTHS
    return st.integers(0, forks).flatmap(
        lambda own: (
            WORTHS
            if not own
            else st.integers(0, own - 1).flatmap(
                lambda below: st.tuples(st.integers(0, NUMBERS - 1), THRESHOLDS, trees(below), trees(own - 1 - below))
            )
        )
    )


def asked(tree: Tree, numbers: list[float]) -> int:
    while not isinstance(tree, int):
        number, threshold, below, above = tree
        tree = above if numbers[number] > threshold else below
    return tree


@given(
    st.lists(trees(LEAVES - 1), min_size=1, max_size=5),
    st.lists(THRESHOLDS | st.floats(-4, 4), min_size=NUMBERS, max_size=NUMBERS),
)
def test_all_at_once_they_say_what_each_says(forest: list[Tree], numbers: list[float]) -> None:
    assert grown(forest).worth(numbers) == sum(asked(tree, numbers) for tree in forest)


def test_a_number_at_a_threshold_is_not_above_it() -> None:
    forest = grown([(0, 1.5, -7, 9)])
    assert [forest.worth([number]) for number in (1.4, 1.5, 1.6)] == [-7, -7, 9]


def test_a_tree_with_too_many_leaves_is_refused() -> None:
    tree: Tree = 0
    for threshold in range(LEAVES):
        tree = (0, float(threshold), tree, threshold)
    with pytest.raises(ValueError, match=f"tree 1 has {LEAVES + 1} leaves, more than {LEAVES}"):
        grown([3, tree])
