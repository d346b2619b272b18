"""Pages that are kept, read again: what they list, and the articles on them, by the rules of now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scraper import reading, survey, urls
from scraper.errors import ScrapeError
from scraper.extract import piece
from scraper.model import Article, Getter, Given, Job, Link, Page, Problem
from scraper.reading import Arrived
from scraper.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Listed:
    """What the listing says of each article, now and in the versions before, and what went wrong with it.

    `links` and `given`, what came along with them, are found by `urls.part_key` of the link.
    """

    links: Mapping[str, Link] = field(default_factory=dict)
    given: Mapping[str, Given] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def link(self, url: str) -> Link:
        """The link that leads to this address; one that says nothing where there is none."""
        return self.links.get(urls.part_key(url), Link(url))

    def text_of(self, url: str) -> Given | None:
        """The article that came along with the link to this address, if all of it did."""
        found = self.given.get(urls.part_key(url))
        return found if found is not None and found.whole else None


def listed(job: Job, recipe: Recipe, versions: Iterable[Page], getter: Getter) -> Listed:
    """What the versions of a listing list, the newest first: of each article it counts what the newest says of it.

    What belongs to the listing beside its page, such as the site's feed, comes from the getter.
    """
    links: dict[str, Link] = {}
    given: dict[str, Given] = {}
    problems: list[Problem] = []
    for page in versions:
        try:
            found = survey.survey(job, page, recipe, getter)
            if not found.discovery.links and job.find == "auto":
                found = survey.elsewhere(job, page, found, getter)
        except ScrapeError as error:
            problems.append(Problem.of(error))
            continue
        for link in found.discovery.links:
            links.setdefault(urls.part_key(link.url), link)
        for one in found.given:
            given.setdefault(urls.part_key(one.link.url), one)
    return Listed(links, given, tuple(problems))


def article(job: Job, recipe: Recipe, page: Page, of: Listed) -> Article:
    """The article on its own page, in the light of the listing and of the job's template. Raises ScrapeError."""
    arrived = Arrived(of.link(page.requested), page, of.text_of(page.requested))
    return reading.article(job, recipe, arrived, job.template)


def whole(job: Job, recipe: Recipe, page: Page) -> Article:
    """The article that the listing itself is. Raises ScrapeError."""
    return reading.whole(job, recipe, page)


def given(job: Job, of: Listed, keys: Iterable[str]) -> Article | None:
    """The article that came along with a link to one of these addresses, if one did. Raises ScrapeError."""
    found = next((one for key in keys if (one := of.given.get(key)) is not None and one.whole), None)
    return None if found is None else reading.believed(job, piece(found))
