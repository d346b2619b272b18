"""What all tests share."""

import signal

import pytest
from hypothesis import settings

# How long an example takes is the machine's matter.
settings.register_profile("feedwright", deadline=None)
settings.load_profile("feedwright")

# Whoever is run in the background by a shell has Ctrl-C ignored, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="fail at every call and kill 200 times: `make soak`")
    parser.addoption("--update", action="store_true", help="rewrite the expectations of all cases; then read the diff")


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for everything."""
    return bool(request.config.getoption("--thorough"))
