"""The sample site that travels in the package."""

from .pages import ORIGIN, Document, document
from .post import Dated, Post, posts

ADDRESS = "sample://lantern.example/"

__all__ = ["ADDRESS", "ORIGIN", "Dated", "Document", "Post", "document", "posts"]
