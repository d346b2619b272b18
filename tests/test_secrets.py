import json
import logging
import os
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from feeds import secrets
from feeds.config import load
from feeds.configuration import Config
from feeds.errors import ConfigError
from feeds.secrets import Redact, redacted

PASSWORD = "s3/cr et:ü"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keep(content: bytes | str, name: str = "kept", mode: int = 0o600) -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return path


def config(*lines: str, environ: dict[str, str] | None = None) -> Config:
    """A configuration of one feed, with these lines of its own."""
    text = "feeds:\n  - name: club\n    url: club.example" + "".join(f"\n    {line}" for line in lines)
    Path("config.yaml").write_text(text)
    return load(Path("config.yaml"), environ or {})


def bearer(place: str = "kept") -> str | None:
    return config("auth: {bearer: '${file:" + place + "}'}").feeds[0].access.bearer


# Files


@pytest.mark.parametrize("content", ["tok3n", "tok3n\n", "tok3n\r\n", "\ufefftok3n"])
def test_a_file_keeps_a_secret(content: str) -> None:
    keep(content)
    assert bearer() == bearer(" kept ") == bearer(str(Path("kept").absolute())) == "tok3n"


def test_only_the_final_newline_is_left_out() -> None:
    assert secrets.read(keep(" a\n\n")) == " a\n"


def test_what_a_file_holds_refers_to_nothing() -> None:
    keep("${HOME}")
    assert bearer() == "${HOME}"


def test_a_file_is_seen_from_the_configuration(folder: Path) -> None:
    (folder / "sites").mkdir()
    keep("tok3n", "sites/kept")
    path = folder / "sites" / "mine.yaml"
    path.write_text("feeds: [{name: a, url: a.example, auth: {bearer: '${file:kept}'}}]")
    assert load(path, {}).feeds[0].access.bearer == "tok3n"


def test_a_link_leads_to_a_file() -> None:
    Path("link").symlink_to(keep("tok3n", mode=0o400))
    assert bearer("link") == "tok3n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o666])
def test_others_must_not_be_able_to_read_it(mode: int) -> None:
    keep("tok3n", "my token", mode)
    with pytest.raises(ConfigError) as caught:
        bearer("my token")
    said = "expected a file that nobody else can read: chmod 600 'my token'"
    assert str(caught.value) == f"config.yaml:4: feeds[0].auth.bearer: {said}"


def test_it_must_be_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    path, we = keep("tok3n"), os.geteuid()
    if we == 0:
        os.chown(path, 1, 1)
    monkeypatch.setattr(os, "geteuid", lambda: we + 2)
    with pytest.raises(ConfigError, match=rf"expected a file of our own: chown {we + 2} kept$"):
        bearer()


def test_it_must_be_a_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe", 0o600)
    with pytest.raises(ConfigError, match="expected a file, and pipe is something else"):
        bearer("pipe")
    with pytest.raises(ConfigError, match=r"the file \S+ cannot be read: Is a directory$"):
        bearer(str(folder))


@pytest.mark.parametrize("place", ["", " ", "a\\0b", "a\\nb"])
def test_it_must_have_a_path(place: str) -> None:
    with pytest.raises(ConfigError, match="expected the path of a file such as"):
        config('title: "${file:' + place + '}"')


def test_it_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"there is no file kept$"):
        bearer()
    with pytest.raises(ConfigError, match=r"the file a{300} cannot be read: File name too long"):
        bearer("a" * 300)


def test_it_is_small_and_text() -> None:
    keep(b"x" * 64_000)
    assert bearer() == "x" * 64_000
    keep(b"x" * 64_001)
    with pytest.raises(ConfigError, match="expected at most 64,000 bytes in kept, and it is larger"):
        bearer()
    keep(b"hidden\xff")
    with pytest.raises(ConfigError, match=r"expected text in UTF-8 in kept$") as caught:
        bearer()
    assert caught.value.__cause__ is None


# What is remembered


def test_every_secret_is_remembered_once() -> None:
    keep("in-a-file\n")
    made = config(
        "title: ${TITLE}",
        "headers: {Authorization: 'Bearer ${TOKEN}', Accept: '${TITLE}'}",
        "cookies: {a: '${TOKEN}', b: 'x${COOKIE}'}",
        "login: {url: a.example, fields: {user: '${USER}', pw: '${file:kept}'}}",
        "proxy: http://ada:${PROXY}@p.example",
        environ={"TITLE": "Club", "TOKEN": "tok3n", "COOKIE": " c00kie ", "USER": "ada", "PROXY": "p@ss"},
    )
    assert made.secrets == ("tok3n", "c00kie", "in-a-file", "p%40ss", "p@ss")


def test_no_secret_shows() -> None:
    keep("hidden-5")
    made = config(
        "headers: {Authorization: 'Bearer ${A}'}",
        "cookies: {a: '${B}'}",
        "login: {url: a.example, fields: {user: '${file:kept}', pw: '${C}'}}",
        "proxy: http://ada:${D}@p.example",
        environ={"A": "hidden-1", "B": "hidden-2", "C": "hidden-3", "D": "hidden-4"},
    )
    signed = config("auth: {user: '${file:kept}', password: '${C}'}", environ={"C": "hidden-3"})
    feed = made.feeds[0]
    parts = (made, made.fetch, feed, feed.login, feed.access, feed.access.login, signed, signed.feeds[0].auth)
    assert len(made.secrets) == 5
    assert not [part for part in parts if "hidden" in f"{part!r}{part}{feed.digest}"]


# What is masked


@pytest.mark.parametrize(
    "shown",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote(PASSWORD, safe="").lower(),
        quote_plus(PASSWORD),
        b64encode(f"ada:{PASSWORD}".encode()).decode(),
        b64encode(f"ada:{PASSWORD}".encode("latin-1")).decode(),
        b64encode(f"adam:{PASSWORD}".encode()).decode().rstrip("="),
        urlsafe_b64encode(f"??>:{PASSWORD}".encode()).decode(),
        "/" + b64encode(f"ada:{PASSWORD}".encode()).decode(),
        "abc/" + b64encode(f"ada:{PASSWORD}:more".encode()).decode(),
    ],
)
def test_a_secret_is_masked_however_it_is_written(shown: str) -> None:
    assert redacted(f"got {shown} twice, {shown}.", ["other", PASSWORD]) == "got ••• twice, •••."


@pytest.mark.parametrize("secret", ["a'b\\c", 'a"b\\c', "a'\"bc", "(a+b)*[c]"])
def test_also_in_a_repr_and_in_json(secret: str) -> None:
    assert redacted(repr(secret).strip("'\""), [secret]) == "•••"
    assert redacted(json.dumps(secret), [secret]) == '"•••"'


def test_the_longest_secret_goes_first() -> None:
    assert redacted("token-2 token", ["token", "token-2"]) == "••• •••"


@pytest.mark.parametrize("known", [[], [""], ["abc"], ["other"], ["Open"]])
def test_all_else_stays(known: list[str]) -> None:
    text = "open https://club.example/abcdefgh/YWRhOnNlc2FtZQ==?a=b%20c 100%"
    assert redacted(text, known) == text


def record(message: object, *args: object) -> str:
    """What a handler would print of it."""
    made = logging.LogRecord("feeds", logging.INFO, __file__, 1, message, args, None)
    assert Redact([PASSWORD]).filter(made)
    return logging.Formatter().format(made)


def test_a_record_is_masked_with_its_arguments() -> None:
    assert (
        record("fetched url=%s count=%d", f"https://a/?k={quote(PASSWORD)}", 3)
        == "fetched url=https://a/?k=••• count=3"
    )
    assert record({"a": PASSWORD}) == "{'a': '•••'}"
    assert record("100%") == "100%"


def test_arguments_that_do_not_fit_are_not_shown() -> None:
    assert record("fetched url=%s", "a", PASSWORD) == "fetched url=%s"


def test_those_before_stay_hidden_and_there_is_one_mask_for_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    for number in range(5):  # as often as a configuration is read again
        secrets.hide([f"secret-{number}"])
    logging.getLogger("feedwright").warning("secret-0 secret-4 secret-5")
    assert capsys.readouterr().err == "••• ••• secret-5\n"
    assert len(handler.filters) == 1


def test_so_is_the_trace_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(Redact([PASSWORD]))
    log = logging.Logger("feeds")  # one that nobody shares
    log.addHandler(handler)
    try:
        try:
            raise OSError(PASSWORD)
        except OSError as error:
            raise ValueError(f"not {PASSWORD}") from error
    except ValueError:
        log.exception("failed", extra={"secret": PASSWORD})
    shown = capsys.readouterr().err
    assert shown.startswith("failed\nTraceback") and shown.endswith("ValueError: not •••\n")
    assert "OSError: •••" in shown and PASSWORD not in shown
