"""A site's own rules: selectors and Python."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper import dom, hooks, metadata, recipe
from scraper.errors import RecipeError
from scraper.model import Link, Metadata, Page, Rules
from scraper.recipe import Recipe

LISTING = """<!DOCTYPE html><title>The Club</title>
<div class=card><h2><a href="/news/ferry?utm_source=front#top">The ferry is back</a></h2>
  <time datetime="2024-03-09">Saturday</time> <a class=all href="/news">All</a></div>
<div class=card><h2><a href="/news/whale">A whale was seen</a></h2> <i>8 March 2024</i></div>
<div class=card><h2><a href="/news/ferry">The ferry, again</a></h2></div>
<div class=card><h2>No link here</h2></div>
<p><a href="mailto:ann@club.example">Write</a> <a href="/imprint">Imprint</a></p>"""

ARTICLE = """<!DOCTYPE html><html lang="en"><title>A page</title><h1>A heading</h1>
<h2 class=title>The  ferry is back</h2><p class=by>Ann and Bo</p><p class=when>9 March 2024, 14:05</p>
<div class=text><p>It came at noon.</p></div>"""


def page(html: str) -> Page:
    return Page("https://club.example/news/x", "https://club.example/news/x", html.encode())


def links(rules: Rules, html: str = LISTING) -> tuple[Link, ...] | None:
    got = page(html)
    return Recipe.of(rules).links(got, dom.parse(got.content, got.url))


def read(rules: Rules, html: str = ARTICLE) -> Metadata:
    got = page(html)
    tree = dom.parse(got.content, got.url)
    return Recipe.of(rules).metadata(got, tree, metadata.read(tree))


def python(folder: Path, code: str) -> Rules:
    path = folder / "club.py"
    path.write_text(code, "utf-8")
    return Rules(python=str(path))


FERRY, WHALE = "https://club.example/news/ferry", "https://club.example/news/whale"


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (Rules(item=".card"), [(FERRY, "The ferry is back", None), (WHALE, "A whale was seen", None)]),
        (
            Rules(item=".card", date="time, i"),
            [(FERRY, "The ferry is back", "2024-03-09"), (WHALE, "A whale was seen", "2024-03-08")],
        ),
        (Rules(item=".card", link=".all"), [("https://club.example/news", "All", None)]),
        (Rules(item=".card", link="h2"), [(FERRY, "The ferry is back", None), (WHALE, "A whale was seen", None)]),
        (
            Rules(item=".card", link=".all", title="h2"),
            [("https://club.example/news", "The ferry is back", None)],
        ),
        (Rules(link="h2 a"), [(FERRY, "The ferry is back", None), (WHALE, "A whale was seen", None)]),
        (Rules(item="h2 a"), [(FERRY, "The ferry is back", None), (WHALE, "A whale was seen", None)]),
        (Rules(item=".nothing"), []),
        (Rules(title="h1", content="div"), None),
        (Rules(), None),
    ],
)
def test_selectors_on_a_listing(rules: Rules, found: list[tuple[str, str, str | None]] | None) -> None:
    got = links(rules)
    if found is None:
        assert got is None
        return
    assert got is not None
    assert [(link.url, link.title, link.published and f"{link.published:%Y-%m-%d}") for link in got] == found
    assert {link.tier for link in got} <= {"rules"}


def test_selectors_on_an_article() -> None:
    got = read(Rules(title=".title", date=".when"))
    assert got.title == "The ferry is back"
    assert got.published == datetime(2024, 3, 9, 14, 5, tzinfo=UTC)
    assert [e.field for e in got.provenance if e.source == "rules"] == ["title", "published"]


def test_with_an_item_the_selectors_are_the_listings() -> None:
    assert read(Rules(item=".card", title=".title", date=".when")) == read(Rules())


def test_what_a_selector_does_not_find_is_found_without() -> None:
    assert read(Rules(title=".nothing", date=".nothing")) == read(Rules())


@pytest.mark.parametrize(
    "rules",
    [
        Rules(item="div["),
        Rules(title=">>"),
        Rules(link="a:has("),
        Rules(date=""),
        Rules(content="::"),
        Rules(remove=(".share", "p{")),
    ],
)
def test_a_wrong_selector_is_named(rules: Rules) -> None:
    wrong = [(name, value) for name in ("item", "title", "link", "date", "content") if (value := getattr(rules, name))]
    wrong += [("remove", value) for value in rules.remove[1:]]
    if not wrong:
        recipe.check(rules)
        return
    ((name, selector),) = wrong
    with pytest.raises(RecipeError) as caught:
        recipe.check(rules)
    assert str(caught.value).startswith(f"select.{name}: {selector!r} is not a CSS selector: ")
    assert caught.value.permanent


def test_right_rules_pass(tmp_path: Path) -> None:
    recipe.check(Rules(item=".card", title="h2 > a", link="a[href^='/']", content="main, article", remove=("p",)))
    recipe.check(python(tmp_path, "def title(soup, url): ..."))


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        ("[a['href'] for a in soup.select('h2 a')]", [(FERRY, None), (WHALE, None)]),
        (
            "[(a['href'], a.text) for a in soup.select('h2 a')]",
            [(FERRY, "The ferry is back"), (WHALE, "A whale was seen")],
        ),
        ("(url + '/' + name for name in ['ferry'])", [("https://club.example/news/x/ferry", None)]),
        ("['mailto:ann@club.example', '']", []),
        ("[]", []),
        ("None", None),
    ],
)
def test_the_hook_links(tmp_path: Path, returned: str, found: list[tuple[str, str | None]] | None) -> None:
    got = links(python(tmp_path, f"def links(soup, url):\n    return {returned}"))
    assert (got if got is None else [(link.url, link.title) for link in got]) == found


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("def title(soup, url): return soup.select_one('.title').text", "title", "The  ferry is back"),
        ("def authors(soup, url): return soup.select_one('.by').text.split(' and ')", "authors", ("Ann", "Bo")),
        ("def authors(soup, url): return soup.select_one('.by').text", "authors", ("Ann and Bo",)),
        ("def authors(soup, url): return ()", "authors", ()),
        (
            "def date(soup, url): return soup.select_one('.when').text",
            "published",
            datetime(2024, 3, 9, 14, 5, tzinfo=UTC),
        ),
        (
            "import datetime\ndef date(soup, url): return datetime.datetime(2024, 3, 9)",
            "published",
            datetime(2024, 3, 9, tzinfo=UTC),
        ),
        (
            "from datetime import *\nhour = timedelta(hours=1)\n"
            "def date(soup, url): return datetime(2024, 3, 9, tzinfo=timezone(hour))",
            "published",
            datetime(2024, 3, 8, 23, tzinfo=UTC),
        ),
        (
            "import datetime\ndef date(soup, url): return datetime.date(2024, 3, 9)",
            "published",
            datetime(2024, 3, 9, tzinfo=UTC),
        ),
    ],
)
def test_the_hooks_of_an_article(tmp_path: Path, code: str, field: str, value: object) -> None:
    assert getattr(read(python(tmp_path, code)), field) == value


def test_none_leaves_the_matter_to_us(tmp_path: Path) -> None:
    code = "\n".join(f"def {hook}(soup, url): return None" for hook in hooks.HOOKS)
    assert read(python(tmp_path, code)) == read(Rules())


@pytest.mark.parametrize(
    ("returned", "text"),
    [
        ("soup.select_one('.text')", "It came at noon."),
        ("str(soup.select_one('.text'))", "It came at noon."),
        ("'<p>Grüße</p>'", "Grüße"),
        ("None", None),
    ],
)
def test_the_hook_content(tmp_path: Path, returned: str, text: str | None) -> None:
    got = page(ARTICLE)
    rules = python(tmp_path, f"def content(soup, url):\n    return {returned}")
    body = Recipe.of(rules).body(got, dom.parse(got.content, got.url))
    assert (body and body.root.text.strip()) == text


def test_hooks_read_the_page_in_its_charset(tmp_path: Path) -> None:
    got = Page(
        "https://club.example/", "https://club.example/", "<title>A</title><p>Grüße aus Köln</p>".encode("cp1252")
    )
    tree = dom.parse(got.content, got.url, "text/html; charset=windows-1252")
    rules = python(tmp_path, "def title(soup, url): return soup.p.text")
    assert Recipe.of(rules).metadata(got, tree, Metadata()).title == "Grüße aus Köln"


@pytest.mark.parametrize("hook", hooks.HOOKS)
def test_a_hook_that_fails_is_named_with_the_page(tmp_path: Path, hook: str) -> None:
    rules = python(tmp_path, f"def {hook}(soup, url): return soup.missing.text")
    got = page(ARTICLE)
    tree = dom.parse(got.content, got.url)
    with pytest.raises(RecipeError) as caught:
        if hook == "links":
            Recipe.of(rules).links(got, tree)
        elif hook == "content":
            Recipe.of(rules).body(got, tree)
        else:
            Recipe.of(rules).metadata(got, tree, Metadata())
    message = str(caught.value)
    assert message.startswith(f"{rules.python}: {hook}() failed on https://club.example/news/x: AttributeError: ")
    assert isinstance(caught.value.__cause__, AttributeError)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = 1", "has none of the functions links, title, authors, date, content."),
        ("def title(soup, url) return 1", "can't be loaded: SyntaxError"),
        ("import no_such_module_anywhere", "can't be loaded: ModuleNotFoundError"),
        ("1 / 0", "can't be loaded: ZeroDivisionError"),
    ],
)
def test_a_file_that_is_no_recipe(tmp_path: Path, code: str, words: str) -> None:
    rules = python(tmp_path, code)
    with pytest.raises(RecipeError) as caught:
        recipe.check(rules)
    assert f"{rules.python} {words}" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="FileNotFoundError"):
        recipe.check(Rules(python=str(tmp_path / "club.py")))


def test_a_file_that_is_not_python(tmp_path: Path) -> None:
    (tmp_path / "club.txt").write_text("def title(soup, url): ...", "utf-8")
    with pytest.raises(RecipeError, match="is not a Python file"):
        recipe.check(Rules(python=str(tmp_path / "club.txt")))


@pytest.mark.parametrize(
    ("hook", "returned"),
    [
        ("links", "7"),
        ("links", "[7]"),
        ("links", "soup.select('a')"),
        ("links", "[('a', 'b', 'c')]"),
        ("links", "[(7, 'b')]"),
        ("links", "(a['title'] for a in soup.select('a'))"),
        ("title", "7"),
        ("title", "soup.h1"),
        ("authors", "7"),
        ("authors", "soup.select('.by')"),
        ("date", "2024"),
    ],
)
def test_a_hook_that_returns_something_else_is_a_recipe_error(tmp_path: Path, hook: str, returned: str) -> None:
    rules = python(tmp_path, f"def {hook}(soup, url): return {returned}")
    with pytest.raises(RecipeError, match=rf"{hook}\(\) failed on "):
        if hook == "links":
            links(rules)
        else:
            read(rules)


def test_beautiful_soup_is_not_loaded_where_no_source_has_python_of_its_own() -> None:
    code = (
        "import sys, scraper; scraper.extract(b'<p>The ferry came.</p>', 'https://club.example/'); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "scraper.recipe" in loaded
    assert "bs4" not in loaded
