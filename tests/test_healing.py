"""A list that moved on its page is found by what we know of it, and no other list is taken for it."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from scraper import dom, healing, overlap, survey, urls
from scraper.elsewhere import Survey
from scraper.errors import NothingFound
from scraper.model import Access, Job, KnownPage, Listed, Page, Place, Rules, Validators
from scraper.recipe import Recipe
from tests import themes
from tests.themes import FIRST_DAY, THEMES, Blog, Theme, grown

HERE = "https://valley.example"
PAIRS = list(permutations(THEMES, 2))


class Nowhere:
    """The page is all that there is."""

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        raise NothingFound(f"{url} is not asked for.", about=url)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()


def listed(blog: Blog) -> tuple[Listed, ...]:
    return tuple(Listed(HERE + piece.path, piece.title) for piece in blog.listed)


def found(page: str, last: Sequence[Listed], rules: Rules = Rules(), place: Place | None = None) -> Survey:
    known = tuple(KnownPage(one.url) for one in last)
    job = Job("valley", f"{HERE}/", FIRST_DAY, rules, known=known, expected=tuple(last), place=place)
    got = Page(f"{HERE}/", f"{HERE}/", page.encode(), "text/html; charset=utf-8")
    return survey.survey(job, got, Recipe.of(rules), Nowhere())


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{old.name}-{new.name}" for old, new in PAIRS])
def test_a_rule_heals_when_the_site_takes_another_theme(old: Theme, new: Theme) -> None:
    before = grown(old)
    last, rules = listed(before), Rules(item=old.item, title="h2 a, h3, a.entry-title, a.post-title")
    now = Blog(new, before.pieces)
    now.add(FIRST_DAY)
    healed = found(now.list_page(), last, rules)
    assert healed.place is not None
    assert [link.url for link in healed.discovery.links] == [HERE + piece.path for piece in now.listed]
    assert [link.title for link in healed.discovery.links] == [piece.title for piece in now.listed]
    again = found(now.list_page(), last, rules, healed.place)
    assert again.place == healed.place, "it stays where it was found"
    assert found(before.list_page(), last, rules, healed.place).place is None, "the configured rule comes first"


def bad(blog: Blog) -> list[str]:
    """Lists of the same site that are not the list."""
    return [
        blog.list_page(""),
        blog.list_page(blog.theme.list((), blog.popular)),
        blog.list_page(blog.theme.list(blog.listed[::-1], ())),
        blog.list_page(blog.theme.list(blog.listed[5:], ())),
        blog.list_page(f"<div><h2>Related articles</h2>{blog.theme.list(blog.listed[:6], ())}</div>"),
        blog.list_page(f'<div class="recommended">{blog.theme.list(blog.listed[:6], ())}</div>'),
        blog.list_page(f"<aside>{blog.theme.list(blog.listed[:6], ())}</aside>"),
        blog.list_page(blog.theme.list(blog.listed[:3], ())),
        blog.post(blog.pieces[0]),
    ]


@pytest.mark.parametrize("theme", THEMES, ids=[theme.name for theme in THEMES])
def test_no_other_list_is_adopted(theme: Theme) -> None:
    blog = grown(theme)
    for number, page in enumerate(bad(blog)):
        tree = dom.parse(page.encode(), f"{HERE}/", "text/html; charset=utf-8")
        assert healing.find(tree, listed(blog)) is None, number


def test_a_list_goes_on_while_its_newest_links_are_there() -> None:
    blog = grown(THEMES[0])
    last, links = listed(blog), found(blog.list_page(), listed(blog)).discovery.links
    measured = overlap.measure(links, last)
    assert (measured.expected, measured.kept, measured.ordered, measured.goes_on) == (12, 12, 1.0, True)
    assert overlap.measure(links[6:], last).kept == 0
    assert overlap.strange(links, last[1:]) == links[:1]
    assert overlap.strange(links, (), [urls.part_key(link.url) for link in links[1:]]) == links[:1]


def test_a_class_that_is_called_otherwise_heals() -> None:
    blog = grown(THEMES[1])
    healed = found(themes.renamed(blog.list_page()), listed(blog), Rules(item="tr.row", link="a.entry-title"))
    assert healed.place is not None
    assert [link.url for link in healed.discovery.links] == [HERE + piece.path for piece in blog.listed]
