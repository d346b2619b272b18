"""The log: one event a line, the same keys in both forms, and nothing that passes for another line or key."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from feeds import logs
from feeds.secrets import Redact

log = logging.getLogger("feedwright.test")


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What is logged, as the only handler there is."""
    root, before, stream = logging.getLogger(), logging.getLogger().handlers[:], StringIO()
    root.handlers[:] = [logging.StreamHandler(stream)]
    log.setLevel(logging.INFO)
    yield stream
    root.handlers[:] = before


def said(written: StringIO, form: str) -> dict[str, object]:
    (line,) = written.getvalue().splitlines()
    if form == "json":
        found: dict[str, object] = json.loads(line)
        return found
    return pairs(line)


def pairs(line: str) -> dict[str, object]:
    """logfmt read by its own rules: a key, `=`, and a word or a JSON string."""
    found: dict[str, object] = {}
    while line:
        key, _, rest = line.partition("=")
        if rest.startswith('"'):
            found[key], end = json.JSONDecoder().raw_decode(rest)
            line = rest[end:].removeprefix(" ")
        else:
            found[key], _, line = rest.partition(" ")
    return found


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_an_event_has_its_keys(written: StringIO, form: str) -> None:
    logs.use(form)
    log.info("updated feed=%s new=%d written=%s", "club", 3, "true")
    found = said(written, form)
    assert list(found) == ["time", "level", "event", "feed", "new", "written"]
    assert (found["level"], found["event"], found["feed"], str(found["new"])) == ("info", "updated", "club", "3")
    assert str(found["time"]).endswith("Z")


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_an_event_may_be_named_by_an_argument_too(written: StringIO, form: str) -> None:
    logs.use(form)
    log.warning("%s feed=%s reason=%r", "held", "club", "links found: 12 -> 0")
    found = said(written, form)
    assert (found["event"], found["reason"]) == ("held", "links found: 12 -> 0")


@pytest.mark.parametrize("form", ["logfmt", "json"])
@pytest.mark.parametrize(
    "evil",
    [
        'a level=error event="forged"',
        "a\ntime=now level=error event=forged",
        'quote " and \\',
        "\x1b[31mred",
        "\u202e",
    ],
)
def test_no_value_passes_for_a_key_or_a_line(written: StringIO, form: str, evil: str) -> None:
    logs.use(form)
    log.info("failed feed=%s reason=%s", "club", evil)
    found = said(written, form)
    assert (found["event"], found["level"], found["reason"]) == ("failed", "info", evil)
    assert "\x1b" not in written.getvalue() and "\u202e" not in written.getvalue()


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_value_may_be_made_of_several(written: StringIO, form: str) -> None:
    logs.use(form)
    log.info("started feeds=%d url=http://%s:%d/", 2, "127.0.0.1", 8085)
    found = said(written, form)
    assert (found["event"], str(found["feeds"]), found["url"]) == ("started", "2", "http://127.0.0.1:8085/")


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_key_without_a_value_is_left_out(written: StringIO, form: str) -> None:
    logs.use(form)
    log.error("store failed reason=%r advice=%r count=%d", "The disk is full.", "", 0)
    found = said(written, form)
    assert (found["reason"], str(found["count"])) == ("The disk is full.", "0")
    assert "advice" not in found


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_what_is_no_pair_stays_in_the_event(written: StringIO, form: str) -> None:
    logs.use(form)
    logging.getLogger("uvicorn").error("Invalid HTTP request 100%% of %s.", "us")
    assert said(written, form)["event"] == "Invalid HTTP request 100% of us."


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_traceback_is_one_key_of_one_line(written: StringIO, form: str) -> None:
    logs.use(form)
    try:
        raise ValueError("no such\nthing")
    except ValueError:
        log.error("update crashed feed=%s", "club", exc_info=sys.exc_info())
    found = said(written, form)
    assert found["event"] == "update crashed"
    assert "no such\nthing" in str(found["trace"])


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_secrets_are_masked_in_every_part(written: StringIO, form: str) -> None:
    logs.use(form)
    logging.getLogger().handlers[0].addFilter(Redact(["hunter2hunter2"]))
    try:
        raise ValueError("hunter2hunter2")
    except ValueError:
        log.error("%s feed=%s reason=%r", "hunter2hunter2", "club", "hunter2hunter2", exc_info=True)
    assert "hunter2" not in written.getvalue()
    assert said(written, form)["reason"] == "•••"


def test_a_form_that_is_chosen_later_replaces_the_first(written: StringIO) -> None:
    logs.use("logfmt")
    logs.use("json")
    log.info("stopped")
    assert said(written, "json")["event"] == "stopped"
