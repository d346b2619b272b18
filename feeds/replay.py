"""What the rules of now make of the pages that are kept: no network, no new entry, no other id and no other date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feeds import changes, keeping
from feeds.errors import NotKept
from feeds.keptpages import KeptPages
from feeds.model import Held, Kept, Revised
from scraper import again, urls, watch
from scraper.again import Listed
from scraper.errors import ScrapeError
from scraper.model import Access, Article, Job, Page, Problem, Validators
from scraper.recipe import Recipe

# Of what readers see of an article, all that a rule can change.
SEEN = ("title", "authors", "text", "html", "language", "image", "tags", "summary", "enclosures")


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of the pages of one source.

    `same` counts the entries that stay as they are, `unkept` those of which no page is kept. `problems` are pages that
    can't be read by the rules of now: their entries stay too. `strangers` are addresses of kept pages that are of no
    entry: a page alone does not say that its site lists it.
    """

    name: str
    revised: tuple[Revised, ...] = ()
    same: int = 0
    unkept: int = 0
    problems: tuple[Problem, ...] = ()
    strangers: tuple[str, ...] = ()


def replay(job: Job, source_id: int, pages: KeptPages, held: Sequence[Held], since: datetime | None = None) -> Replay:
    """Read again what the entries `held`, or those published `since`, are made of. Raises RecipeError and StoreError.

    `job` brings the rules, the address of the listing, and what is remembered of the site.
    """
    kept = pages.of(source_id)
    chosen = [one for one in held if since is None or one.published >= since]
    if job.find == watch.NAME:  # its entries are what changed between two looks: no page by itself says that
        return Replay(job.source, same=len(chosen))
    reader = _Reader.of(job, source_id, pages, kept)
    revised, problems, same, unkept = [], list(reader.listed.problems), 0, 0
    for one in chosen:
        try:
            article = reader.article(one)
        except ScrapeError as error:
            problems.append(Problem.of(error))
            continue
        if article is None:
            unkept += 1
        elif _seen(article) == _seen(one.article):
            same += 1
        else:
            revised.append(_revised(one, article))
    return Replay(job.source, tuple(revised), same, unkept, tuple(problems), _strangers(kept, held))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entries again, each from the page that it was made of."""

    job: Job
    recipe: Recipe
    source_id: int
    pages: KeptPages
    made_of: dict[str, Kept]
    listed: Listed

    @classmethod
    def of(cls, job: Job, source_id: int, pages: KeptPages, kept: Sequence[Kept]) -> "_Reader":
        recipe = Recipe.of(job.rules)
        listings = [one for one in reversed(kept) if one.kind == "listing"]
        versions = [one for one in listings if urls.key(one.requested) == urls.key(job.url)]
        whole = filter(None, [pages.page(source_id, one) for one in versions])
        listed = again.listed(job, recipe, whole, Shelf(source_id, pages, kept))
        return cls(job, recipe, source_id, pages, keeping.made_of(kept), listed)

    def article(self, held: Held) -> Article | None:
        """The article as it is read now; None where nothing of it is kept. Raises ScrapeError."""
        kept = self.made_of.get(held.entry_id)
        page = None if kept is None else self.pages.page(self.source_id, kept)
        if kept is None or page is None:
            return again.given(self.job, self.listed, held.keys)
        if kept.kind == "listing":  # it was the article itself
            return again.whole(self.job, self.recipe, page)
        return again.article(self.job, self.recipe, page, self.listed)


class Shelf:
    """Gets pages from what is kept of a source, the newest version of each, and from nowhere else."""

    def __init__(self, source_id: int, pages: KeptPages, kept: Sequence[Kept]) -> None:
        self._source_id = source_id
        self._pages = pages
        self._newest = {one.requested: one for one in kept}  # the newest comes last

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        """Raises NotKept, and StoreError."""
        url = urls.parse(url)
        kept = self._newest.get(url)
        page = None if kept is None else self._pages.page(self._source_id, kept)
        if page is None:
            raise NotKept(f"{url} is not among the kept pages.", about=url)
        return page

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        """None is named: a robots.txt is not kept."""
        return ()


def _seen(article: Article) -> tuple[object, ...]:
    return tuple(getattr(article, name) for name in SEEN)


def _revised(held: Held, read: Article) -> Revised:
    """The entry as it is read now. Its id, its keys, its address and its dates are not for rules to change."""
    article = replace(read, url=held.article.url, addresses=held.article.addresses)
    return Revised(held, changes.reread(held, article))


def _strangers(kept: Sequence[Kept], held: Sequence[Held]) -> tuple[str, ...]:
    known = {key for one in held for key in one.keys} | {urls.part_key(one.article.url) for one in held}
    entries = {one.entry_id for one in held}
    found = (
        one.requested
        for one in kept
        if one.kind == "article"
        and one.entry_id not in entries
        and known.isdisjoint((urls.part_key(one.requested), urls.part_key(one.url)))
    )
    return tuple(dict.fromkeys(found))
