"""A block in doubt is seen together with those that stand in places of its kind, wherever those are."""

from scraper import blocks, dom, doubt, names

PART = "<div class='grid'><div class='chunk'><p>{}</p><p>{}</p></div></div>"
LINE = "The ferry crossed the sound at noon, and the harbour master wrote its number down in a long book. "
PAGE = (
    "<h1>Ferries</h1>"
    + PART.format(LINE * 3, LINE * 2)
    + "<ul class='teasers'><li>More from the harbour</li><li>Other boats</li></ul>"
    + PART.format(LINE * 2, "He did not, he said, look up.")
)
# What the two rounds made of the heading, the first part, the teasers and the second part, in hundredths.
ODDS = [-200, 300, 250, -300, -300, 20, -50]


def numbers(wanted: list[int]) -> list[tuple[float, ...]]:
    tree = dom.parse(PAGE.encode(), "https://harbour.example/ferries")
    held, places = blocks.read(tree.body)
    assert len(held) == len(ODDS)
    return list(doubt.numbers(held, places, names.called(places), [0] * len(held), ODDS, wanted))


def test_a_blocks_numbers_do_not_depend_on_which_others_are_in_doubt() -> None:
    everything = numbers(list(range(len(ODDS))))
    assert [numbers([i])[0] for i in range(len(ODDS))] == everything
    assert len({len(row) for row in everything}) == 1


def test_the_second_part_of_a_body_is_told_from_teasers_by_the_first() -> None:
    found = dict(enumerate(numbers(list(range(len(ODDS))))))
    at = next(i for i, number in enumerate(found[1]) if number == 4 and found[5][i] == 4 and found[6][i] == 4)
    likely = at - 1  # how likely the other text of the kind is stands before how many blocks of the kind there are
    assert found[5][likely] > 0.8
    assert found[6][likely] > 0.8
    assert found[3][likely] < 0.1


def test_nothing_is_looked_at_where_nothing_is_in_doubt() -> None:
    assert numbers([]) == []
