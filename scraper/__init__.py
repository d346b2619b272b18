"""Getting: a job in, articles out. Knows no feeds, configuration, files or database."""

from importlib import import_module
from typing import TYPE_CHECKING

from scraper.discover import discover
from scraper.extract import extract, learn
from scraper.model import Article, Discovery, Job, Link, Problem, ScrapeResult, SiteTemplate

if TYPE_CHECKING:
    from scraper.fetch import Fetcher
    from scraper.pipeline import scrape

__all__ = [
    "Article",
    "Discovery",
    "Fetcher",
    "Job",
    "Link",
    "Problem",
    "ScrapeResult",
    "SiteTemplate",
    "discover",
    "extract",
    "learn",
    "scrape",
]

# Who has pages already needs nothing that fetches them, which is a third of the memory and of the time to load: these
# rooms are opened when somebody asks for what is in them.
_FETCHING = {"Fetcher": "scraper.fetch", "scrape": "scraper.pipeline"}

if not TYPE_CHECKING:  # or every name would do

    def __getattr__(name: str) -> object:
        if name not in _FETCHING:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_FETCHING[name]), name)
