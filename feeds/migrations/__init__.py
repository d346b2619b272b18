"""The store's schema, release by release: which is the newest here, and behind it the steps that lead there.

A new store is made as `feeds.schema` has it, and most stores are at the newest revision already. So Alembic, which
takes a fifth of a second to load, is loaded only where an older store, or a newer one, is opened.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feeds.migrations.steps import revisions, upgrade

__all__ = ["NEWEST", "revisions", "upgrade"]

# The revision of feeds.schema. A test holds it to be the last of the steps.
NEWEST = "0006"

if not TYPE_CHECKING:  # or every name would do

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("feeds.migrations.steps"), name)
