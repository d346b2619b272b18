"""Getting: a job in, articles out. Knows no feeds, configuration, files or database."""

from scraper.discover import discover
from scraper.extract import extract
from scraper.fetch import Fetcher
from scraper.model import Article, Discovery, Job, Link, Problem, ScrapeResult
from scraper.pipeline import scrape

__all__ = [
    "Article",
    "Discovery",
    "Fetcher",
    "Job",
    "Link",
    "Problem",
    "ScrapeResult",
    "discover",
    "extract",
    "scrape",
]
