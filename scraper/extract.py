"""Bytes of a page → Article: the whole of extraction as one pure call."""

from dataclasses import dataclass, replace

from scraper import boilerplate, dom, metadata, normalise, stated
from scraper.boilerplate import Body
from scraper.dom import Tree
from scraper.markers import without_markers
from scraper.model import Article, Evidence, Given, Metadata, Page, Rules, SiteTemplate
from scraper.recipe import Recipe
from scraper.verdicts import Account, Verdict, told


def extract(
    content: bytes,
    url: str,
    *,
    content_type: str | None = None,
    rules: Rules = Rules(),
    template: SiteTemplate | None = None,
) -> Article:
    """The article on the page `content`, which was found at `url`.

    `content_type` is the header's value, where there was one; `template` what is remembered of the site's other pages.
    Raises NotAPage, EmptyPage and RecipeError.
    """
    page = Page(url=url, requested=url, content=content, content_type=content_type)
    tree = dom.parse(content, url, content_type)
    return from_tree(page, tree, Recipe.of(rules), template).article


def learn(
    content: bytes, url: str, *, content_type: str | None = None, template: SiteTemplate | None = None
) -> SiteTemplate:
    """What is remembered of a site after one more of its pages. Raises NotAPage and EmptyPage."""
    page = Page(url=url, requested=url, content=content, content_type=content_type)
    tree = dom.parse(content, url, content_type)
    return remembered(page, tree, Recipe.of(Rules()), template or SiteTemplate())


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article, with what became of each block on its page, and what is remembered of the site after it."""

    article: Article
    account: Account
    template: SiteTemplate

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return tuple(told(self.account))


def from_tree(page: Page, tree: Tree, recipe: Recipe, memory: SiteTemplate | None = None) -> Extraction:
    """The article on a page, by the site's own rules where it has some. The tree is used up."""
    marked = without_markers(tree)
    read = recipe.metadata(page, tree, metadata.read(tree))
    body = stated.better(_body(page, tree, recipe, memory, read.text), read)
    article = normalise.article(page, tree, body, read)
    return Extraction(article, (*marked, *body.account), body.template or memory or SiteTemplate())


def remembered(page: Page, tree: Tree, recipe: Recipe, memory: SiteTemplate) -> SiteTemplate:
    """What is remembered of the site after one more page, of which nothing else is asked. The tree is used up."""
    without_markers(tree)
    return _body(page, tree, recipe, memory, None).template or memory


def _body(page: Page, tree: Tree, recipe: Recipe, memory: SiteTemplate | None, text: str | None) -> Body:
    rules, own = recipe.rules, recipe.body(page, tree)
    return own or boilerplate.body(tree, content=rules.content, remove=rules.remove, memory=memory, stated=text)


def piece(given: Given) -> Article:
    """The article that came along with its link. Raises EmptyPage where there is nothing to read in it."""
    link = given.link
    said = Metadata(
        title=link.title,
        authors=given.authors,
        published=link.published,
        updated=given.updated,
        tags=given.tags,
        summary=link.summary,
        site_ids=given.site_ids,
    )
    known = tuple(
        Evidence(name, link.tier, link.confidence)
        for name in ("title", "authors", "published", "updated", "tags", "summary")
        if getattr(said, name)
    )
    content = given.html.encode("utf-8", "replace")
    tree = dom.parse(content, link.url, "text/html; charset=utf-8")
    page = Page(url=link.url, requested=link.url, content=content)
    body = Body(tree.body, (), link.tier, link.confidence)
    article = normalise.article(page, tree, body, replace(said, provenance=known))
    # The fragment tells a part of a page from the others.
    return replace(article, url=link.url, addresses=(link.url,))
