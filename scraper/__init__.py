"""Getting: a job in, articles out. Knows no feeds, configuration, files or database."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.discover import discover
    from scraper.extract import extract, learn
    from scraper.fetch import Fetcher
    from scraper.model import Article, Discovery, Job, Link, Problem, ScrapeResult, SiteTemplate
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

# A room is opened when somebody asks for what is in it. Who has pages already needs nothing that fetches them, which is
# a third of the memory and of the time to load; who only wants to name an error or an address needs hardly anything.
_ROOMS = {"Fetcher": "fetch", "scrape": "pipeline", "discover": "discover", "extract": "extract", "learn": "extract"}


class _FrontDoor(ModuleType):
    """This module. Two doors have the names of the rooms behind them, which Python would put in their place."""

    def __getattr__(self, name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_ROOMS.get(name, 'model')}"), name)
        vars(self)[name] = found
        return found

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _ROOMS or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
