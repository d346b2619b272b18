"""What repeats across a site's pages, on a site of our own whose template nobody has seen."""

from collections.abc import Sequence
from time import process_time

import pytest

from feeds import rows
from scraper import SiteTemplate, dom, extract, learn
from scraper.extract import from_tree
from scraper.model import Page, Rules
from scraper.recipe import Recipe
from scraper.template import MOST_MARKS, MOST_PATHS, WINDOW
from scraper.verdicts import Verdict

WHO = ("ferryman", "baker", "keeper of the light", "harbour master", "teacher", "smith", "painter", "widow", "cooper")
DID = ("mended", "sold", "painted", "lost", "counted", "found", "weighed", "hid", "carried")
WHAT = ("the old bell", "nine barrels of tar", "a clock", "the blue boat", "two ladders", "a map", "the nets", "a sail")
PROMOTION = "Nine thousand people get our letter on Fridays. It costs nothing, and you may leave it again at any time."
AUTHOR = (
    "About the writer: he has lived on the island for thirty years, and writes of what he sees from his window there."
)
COOKIES = (
    "Small files are kept by your browser so that visits can be counted. By reading on you agree that this is done."
)
SERIES = "This is part of a long walk around the island, which we take one mile at a time, in every kind of weather."


def sentence(page: int, line: int) -> str:
    who, did, what = WHO[(page + line) % 9], DID[(page * 2 + line) % 9], WHAT[(page * 3 + line) % 8]
    return (
        f"On the {page + 3}th day of that month the {who} {did} {what} before the tide of letter {chr(97 + page)} "
        f"came in, and told the {WHO[(page * 5 + line * 2) % 9]}, who did not believe the part about {chr(97 + line)}."
    )


def address(page: int) -> str:
    return f"https://club.example/tales/{chr(97 + page)}"


def paragraphs(page: int, number: int = 4) -> list[str]:
    return [f"<p>{sentence(page, line)}</p>" for line in range(number)]


def document(*parts: str) -> bytes:
    inside = "".join(parts)
    return (
        '<!DOCTYPE html><html lang="en"><title>A tale of the island</title><body><div class="xq1"><div class="zu7">'
        f'<h1>A tale of the island</h1><div class="vv3">{inside}</div></div></div></body></html>'
    ).encode()


def memory(pages: Sequence[bytes]) -> SiteTemplate:
    known = SiteTemplate()
    for number, page in enumerate(pages):
        known = learn(page, address(number), template=known)
    return known


def read(pages: Sequence[bytes], number: int = 0, known: SiteTemplate | None = None) -> list[str]:
    """The text of a page, block by block, in the light of them all."""
    known = memory(pages) if known is None else known
    return extract(pages[number], address(number), template=known).text.split("\n\n")


def own(page: int, number: int = 4) -> list[str]:
    return [sentence(page, line) for line in range(number)]


STANDING = {
    "a paragraph before": lambda n: document(f"<p>{COOKIES}</p>", *paragraphs(n)),
    "a paragraph after": lambda n: document(*paragraphs(n), f"<p>{PROMOTION}</p>"),
    "several after": lambda n: document(*paragraphs(n), f"<p>{PROMOTION}</p><p>{AUTHOR}</p><p>{COOKIES}</p>"),
    "a box amid": lambda n: document(
        *paragraphs(n)[:2], f'<div class="k9"><div><p>{PROMOTION}</p></div></div>', *paragraphs(n)[2:]
    ),
    "a heading and its text after": lambda n: document(*paragraphs(n), f"<h3>Of us</h3><p>{AUTHOR}</p>"),
    "a count in it": lambda n: document(*paragraphs(n), f"<p>{PROMOTION} {n * 37} did so this week.</p>"),
    "a class of the page's own": lambda n: document(
        f'<div class="tale-{chr(97 + n)} vv3">', *paragraphs(n), f"<p>{PROMOTION}</p></div>"
    ),
}


@pytest.mark.parametrize("kind", STANDING)
def test_what_stands_on_all_pages_is_not_the_article(kind: str) -> None:
    pages = [STANDING[kind](number) for number in range(5)]
    assert any(text in " ".join(read(pages, known=SiteTemplate())) for text in (COOKIES, PROMOTION, AUTHOR))
    assert [read(pages, number) for number in range(5)] == [own(number) for number in range(5)]


def test_three_pages_are_enough_and_two_are_not() -> None:
    pages = [STANDING["a paragraph after"](number) for number in range(3)]
    assert read(pages[:2]) == [*own(0), PROMOTION]
    assert read(pages) == own(0)


def test_a_page_that_was_fetched_thrice_is_one_page() -> None:
    pages = [STANDING["a paragraph after"](number) for number in range(2)]
    known = memory(pages)
    for _ in range(3):
        known = learn(pages[1], address(1), template=known)
    assert len(known.pages) == 2
    assert read(pages, known=known) == [*own(0), PROMOTION]


@pytest.mark.parametrize(
    "more", ["", f"<p>{PROMOTION}</p>", "<p>Printed from the island's own pages.</p>"], ids=["copy", "promo", "print"]
)
def test_an_article_at_several_addresses_is_not_its_own_template(more: str) -> None:
    pages = [document(*paragraphs(0), more if number else "") for number in range(5)]
    known = memory(pages)
    assert len(known.pages) == 1
    assert set(own(0)) <= set(read(pages, known=known))


def test_an_article_in_copies_beside_others_stays() -> None:
    pages = [document(*paragraphs(0)), document(*paragraphs(0)), *(document(*paragraphs(n)) for n in range(1, 4))]
    assert [read(pages, n) for n in range(2)] == [own(0), own(0)]


def test_standing_words_of_a_series_stay_between_its_paragraphs() -> None:
    pages = [document(*paragraphs(n)[:1], f"<p>{SERIES}</p>", *paragraphs(n)[1:]) for n in range(5)]
    assert read(pages) == [own(0)[0], SERIES, *own(0)[1:]]


@pytest.mark.parametrize(
    "part",
    [
        "<h2>What came of it</h2>",
        "<ul><li>Bring a rope</li><li>Bring a lamp</li></ul>",
        "<blockquote><p>So it was told, and so it is told again here.</p></blockquote>",
        "<pre>north = 1\nsouth = 2</pre>",
    ],
)
def test_parts_that_an_author_repeats_stay_in_the_flow(part: str) -> None:
    pages = [document(*paragraphs(n)[:2], part, *paragraphs(n)[2:]) for n in range(5)]
    without = read(pages, known=SiteTemplate())
    assert len(without) > 4
    assert read(pages) == without


def test_a_heading_above_new_text_stays() -> None:
    pages = [document("<h2>The tale</h2>", *paragraphs(n)) for n in range(5)]
    assert read(pages) == ["The tale", *own(0)]


def test_a_line_of_a_list_stays_with_the_others() -> None:
    last = "<li>Let it all cool on the sill for an hour, and share it with whoever comes in by that door.</li>"
    pages = [document(*paragraphs(n), f"<ul><li>{sentence(n, 5)}</li>{last}</ul>") for n in range(5)]
    assert "cool on the sill" in read(pages)[-1]
    assert read(pages) == read(pages, known=SiteTemplate())


def test_nothing_goes_where_nothing_would_be_left() -> None:
    pages = [document(*paragraphs(n), f"<p>{PROMOTION}</p>") for n in range(4)]
    alone = document(f"<p>{PROMOTION}</p>")
    known = learn(alone, address(9), template=memory(pages))
    assert extract(alone, address(9), template=known).text == PROMOTION


def test_a_short_notice_keeps_its_standing_words() -> None:
    """Most of it repeats, but it is all in one place."""
    rule = f"<p>{COOKIES} {AUTHOR} {PROMOTION}</p>"
    notices = [document(f"<p>{sentence(n, n)[:150]}.</p>", rule, "<p>Thank you.</p>") for n in range(5)]
    assert read(notices) == read(notices, known=SiteTemplate())


def test_numbers_are_no_repeats() -> None:
    table = "<table><tr><td>{}</td><td>{}</td></tr><tr><td>{}</td><td>7</td></tr></table>"
    pages = [document(*paragraphs(n), table.format(n * 7, n * 9, n * 11)) for n in range(5)]
    assert read(pages) == read(pages, known=SiteTemplate())


def test_a_page_falls_back_to_where_articles_stand() -> None:
    """A short note beside a long text of the site's: by itself the page would give the latter."""

    def page(n: int, text: str) -> bytes:
        long = "".join(f"<p>{COOKIES} {AUTHOR} {PROMOTION}</p>" for _ in range(3))
        return document(f'<div class="b1">{text}</div><div class="b2">{long}</div>')

    pages = [page(n, "".join(paragraphs(n, 8))) for n in range(4)]
    short = page(5, "<p>No ferry today.</p>")
    assert COOKIES in extract(short, address(5)).text
    known = learn(short, address(5), template=memory(pages))
    assert extract(short, address(5), template=known).text == "No ferry today."


def test_a_promotion_of_long_ago_is_forgotten() -> None:
    known = memory([STANDING["a paragraph after"](number) for number in range(4)])
    assert len(known.pages) == 4
    for number in range(4, 4 + WINDOW):
        known = learn(document(*paragraphs(number)), address(number), template=known)
    assert len(known.pages) == WINDOW
    late = document(*paragraphs(40), f"<p>{PROMOTION}</p>")
    assert PROMOTION in extract(late, address(40), template=known).text


def verdicts(content: bytes, url: str, known: SiteTemplate) -> tuple[Verdict, ...]:
    page = Page(url, url, content)
    return from_tree(page, dom.parse(content, url), Recipe.of(Rules()), known).verdicts


def test_it_says_why() -> None:
    pages = [STANDING["a paragraph after"](number) for number in range(4)]
    said = [v for v in verdicts(pages[0], address(0), memory(pages)) if v.stage == "template"]
    dropped, kept = said
    assert (dropped.kept, dropped.reason) == (False, "on 4 of 4 pages of this site")
    assert PROMOTION.startswith(dropped.text)
    assert (kept.kept, kept.reason) == (True, "div.vv3 > p, the article's place on 3 of 3 other pages")


def test_a_memory_is_bounded_and_small() -> None:
    known = SiteTemplate()
    for n in range(40):
        lines = "".join(f'<div class="{chr(97 + n % 26)}x{"y" * k}"><p>{sentence(n, k)}</p></div>' for k in range(150))
        known = learn(document(lines), f"https://club.example/{n}", template=known)
    assert len(known.pages) == WINDOW
    assert len(known.marks) <= MOST_MARKS
    assert len(known.paths) <= MOST_PATHS
    stored = rows.template_values(known)["memory"]
    assert sum(map(len, stored.values())) < 50_000
    assert rows.template(stored) == known


def test_it_costs_little_beside_the_rest() -> None:
    pages = [document(*paragraphs(n, 60), f"<p>{PROMOTION}</p>") for n in range(4)]
    known = memory(pages)

    def spent(template: SiteTemplate) -> float:
        best = []
        for _ in range(5):
            start = process_time()
            extract(pages[0], address(0), template=template)
            best.append(process_time() - start)
        return min(best)

    assert spent(known) < 1.5 * spent(SiteTemplate())
