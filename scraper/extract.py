"""Bytes of a page → Article: the whole of extraction as one pure call."""

from scraper import boilerplate, dom, metadata, normalise
from scraper.model import Article, Page, Rules
from scraper.recipe import Recipe


def extract(content: bytes, url: str, *, content_type: str | None = None, rules: Rules = Rules()) -> Article:
    """The article on the page `content`, which was found at `url`.

    `content_type` is the header's value, where there was one. Raises NotAPage, EmptyPage and RecipeError.
    """
    page = Page(url=url, requested=url, content=content, content_type=content_type)
    return from_page(page, Recipe.of(rules))


def from_page(page: Page, recipe: Recipe) -> Article:
    """The article on a fetched page, by the site's own rules where it has some."""
    tree = dom.parse(page.content, page.url, page.content_type)
    boilerplate.without_markers(tree)
    read = recipe.metadata(page, tree, metadata.read(tree))
    body = recipe.body(page, tree) or boilerplate.body(tree, content=recipe.rules.content, remove=recipe.rules.remove)
    return normalise.article(page, tree, body, read)
