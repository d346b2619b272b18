"""Getting: a job in, articles out. Knows no feeds, configuration, files or database."""

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
