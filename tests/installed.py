"""Programs beside Python that tests need: CI installs them, and elsewhere a test is left out whose own is not there."""

import os
import shutil

import pytest

IN_CI = bool(os.environ.get("CI"))


def program(*names: str) -> str:
    """Where the first is that is there, of several names that one program has."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        (pytest.fail if IN_CI else pytest.skip)(_missing(names[:1]))
    return found


def needs(*programs: str) -> pytest.MarkDecorator:
    """A test that needs all of these."""
    missing = tuple(name for name in programs if not shutil.which(name))
    return pytest.mark.skipif(bool(missing) and not IN_CI, reason=_missing(missing))


def _missing(names: tuple[str, ...]) -> str:
    return f"not installed here: {', '.join(names)}; CI has it"
