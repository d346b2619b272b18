import re
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.config import Config, FeedConfig, Select, load
from feeds.errors import ConfigError
from scraper.model import Rules

EXAMPLE = Path(__file__).parent.parent / "config.yaml"
ENVIRON = {"TOKEN": "s3cret", "HOST": "club.example", "BREAK": "a\r\nb: c"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipe.py").write_text("# as it was")
    return tmp_path


def config(text: str | bytes) -> Config:
    path = Path("config.yaml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, ENVIRON)


def refusal(text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config(text)
    return caught.value


def feed(*lines: str) -> FeedConfig:
    """One feed, with these lines of its own."""
    return config(FEED + "".join(f"\n    {line}" for line in lines)).feeds[0]


FEED = "feeds:\n  - name: club\n    url: https://club.example/news"


def test_a_name_and_an_address_are_enough(folder: Path) -> None:
    made = config(FEED)
    assert made.feeds == (FeedConfig("club", "https://club.example/news"),)
    assert (made.path, made.out) == (Path("config.yaml"), folder / "out")


def test_every_key() -> None:
    made = feed(
        "title: The Club",
        "author: Ada Ohm",
        "language: pt-BR",
        "cron: 0 6 * * mon",
        "timezone: Europe/Berlin",
        "limit: 7",
        "paused: yes",
        "select: {item: .post, title: h2, link: h2 a, date: time, content: main, remove: [.share, .ad]}",
        "recipe: recipe.py",
        "headers: {Cookie: 'a=1'}",
    )
    recipe = str(Path("recipe.py").resolve())
    assert made.rules == Rules(".post", "h2", "h2 a", "time", "main", (".share", ".ad"), recipe)
    assert (made.title, made.author, made.language) == ("The Club", "Ada Ohm", "pt-BR")
    assert (made.limit, made.paused, dict(made.headers)) == (7, True, {"Cookie": "a=1"})
    assert made.cron is not None
    monday_in_berlin = datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert made.cron.after(datetime(2024, 1, 1, tzinfo=UTC)) == monday_in_berlin


def test_a_feed_takes_from_the_top_what_it_does_not_say() -> None:
    top = "every: 2h\nlimit: 9\ntimezone: Asia/Tokyo\n"
    first, second = config(f"{top}{FEED}\n  - {{name: b, url: b.example, every: 1d, limit: 3, timezone: UTC}}").feeds
    assert (first.every, first.limit, first.timezone) == (timedelta(hours=2), 9, "Asia/Tokyo")
    assert (second.every, second.limit, second.timezone) == (timedelta(days=1), 3, "UTC")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("every: 10s", timedelta(seconds=10)),
        ("every: 1h30m", timedelta(minutes=90)),
        ("every: 31d", timedelta(days=31)),
        ("base_url: https://Feeds.example/a/", "https://feeds.example/a"),
        ("base_url: feeds.example", "https://feeds.example"),
        ("workers: 64", 64),
        ("fetch: {max_bytes: 500kB}", 500_000),
        ("fetch: {max_bytes: 10 MB}", 10_000_000),
        ("fetch: {max_bytes: 4096}", 4096),
        ("fetch: {timeout: 1m}", 60.0),
        ("fetch: {contact: ada@club.example}", "ada@club.example"),
        ("fetch: {contact: https://club.example/bot}", "https://club.example/bot"),
        ("network: {allow_private: on}", True),
        ("web: {host: '::1'}", "::1"),
        ("web: {port: 0}", 0),
    ],
)
def test_values(line: str, expected: object) -> None:
    made: Any = config(f"{FEED}\n{line}\n")
    for key in re.findall(r"\w+(?=:(?: |$))", line):
        made = getattr(made, key)
    assert made == expected


@pytest.mark.parametrize("written", ["no", "on", "1.0", "2024-01-01", "0x1f", "'null'", '"~"', "1_000", "!!str yes"])
def test_text_stays_as_it_was_typed(written: str) -> None:
    assert feed(f"title: {written}").title == written.removeprefix("!!str ").strip("'\"")


@pytest.mark.parametrize("name", ["no", "1", "0123", "true", "a" * 64])
def test_names_that_look_like_something_else(name: str) -> None:
    assert config(f"feeds: [{{name: {name}, url: a.example}}]").feeds[0].name == name


def test_a_key_without_a_value_is_as_good_as_none() -> None:
    made = config(f"every:\nfetch:\nweb: ~\n{FEED}\n    title:\n    headers: null")
    assert made == config(FEED)


def test_one_selector_may_stand_for_a_list() -> None:
    assert feed("select: {remove: .share}").select.remove == (".share",)


def test_variables() -> None:
    made = feed("title: ${HOST} costs $5, $${HOST}", "headers: {Authorization: 'Bearer ${TOKEN}'}")
    assert made.title == "club.example costs $5, ${HOST}"
    assert made.headers == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in repr(made)


def test_aliases_stand_for_what_they_name() -> None:
    made = config("feeds:\n- {name: a, url: a.example, select: &s {item: li}}\n- {name: b, url: b.example, select: *s}")
    assert made.feeds[1].select == Select(item="li")


LENGTH = "expected a length of time such as 30m, 2h or 1d"
SPAN = "expected a length of time from 1s to 31d"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("every", "soon", LENGTH),
        ("every", "30", LENGTH),
        ("every", "${TOKEN}", LENGTH),
        ("every", "0s", SPAN),
        ("every", "32d", SPAN),
        ("limit", "0", "expected a whole number from 1 to 1000"),
        ("workers", "1.5", "expected a whole number from 1 to 64"),
        ("timezone", "Mars/Base", "expected a time zone such as UTC or Europe/Berlin"),
        ("base_url", "ftp://x", "expected an address such as https://feeds.example.org"),
        ("base_url", "http://a/?b", "expected an address such as https://feeds.example.org"),
        ("fetch", "fast", "expected keys with their values below it"),
        ("fetch.max_bytes", "big", "expected a size such as 10MB or 500kB"),
        ("fetch.max_bytes", "0", "expected a size such as 10MB or 500kB"),
        ("fetch.contact", "me", "expected a mail address or the address of a web page"),
        ("network.allow_private", "maybe", "expected true or false"),
        ("web.port", "65536", "expected a whole number from 0 to 65535"),
        ("web.host", "a b", "expected a host name or an IP address"),
    ],
)
def test_refused_values(key: str, value: str, expected: str) -> None:
    *group, last = key.split(".")
    line = f'{last}: "{value}"'
    text = f"{group[0]}: {{{line}}}" if group else line
    assert str(refusal(f"{text}\n{FEED}")) == f'config.yaml:1: {key}: {expected}, got "{value}"'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("evry: 2h", 'evry: unknown key; did you mean "every"?'),
        ("select: {itme: li}", 'select.itme: unknown key; did you mean "item"?'),
        ("cron: 0 25 * * *", 'cron: expected an hour from 0 to 23, got "0 25 * * *"'),
        ("language: so so", 'language: expected a language such as en or pt-BR, got "so so"'),
        ('title: "a\\nb"', 'title: expected text on one line, got "a\\nb"'),
        ("title: ''", 'title: expected text on one line, got ""'),
        ("title: [a]", "title: expected a single value, got a list"),
        ("title: {a: b}", "title: expected a single value, got keys with values"),
        ("title: ${NOPE}", 'title: the environment variable "NOPE" is not set'),
        ("select: {remove: [.ad, []]}", "select.remove[1]: expected a single value, got a list"),
        (
            "recipe: gone.py",
            "recipe: expected a Python file, and there is none of that name beside the config",
        ),
        ("headers: [a]", "headers: expected keys with their values below it"),
        ("headers: {a b: c}", "headers.a b: expected the name of an HTTP header"),
        ("headers: {A: '${BREAK}'}", "headers.A: expected text on one line"),
        ('headers: {A: "a\\0"}', "headers.A: expected text on one line"),
        ("headers: {A: Ω}", "headers.A: expected letters of Latin-1, as in every HTTP header"),
    ],
)
def test_refused_in_a_feed(line: str, message: str) -> None:
    assert str(refusal(f"{FEED}\n    {line}")) == f"config.yaml:4: feeds[0].{message}"


NAME = "expected at most 64 small letters, digits and hyphens such as my-blog"
ADDRESS = "expected the address of a web page such as https://club.example/news"
TOP_KEYS = "feeds, base_url, out, every, timezone, limit, workers, fetch, network, web"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"evry: 2h\n{FEED}", '1: evry: unknown key; did you mean "every"?'),
        (f"web: {{prot: 1}}\n{FEED}", '1: web.prot: unknown key; did you mean "port"?'),
        (f"{FEED}\nzzz: 1", f"4: zzz: unknown key; expected one of {TOP_KEYS}"),
        (f"{FEED}\npath: x", f"4: path: unknown key; expected one of {TOP_KEYS}"),
        ("every: 1h", "1: feeds: expected at least one feed"),
        ("feeds:", "1: feeds: expected at least one feed"),
        ("every: 1h\nfeeds: []", "2: feeds: expected at least one feed"),
        ("feeds: club", '1: feeds: expected a list, got "club"'),
        ("feeds:\n  club: {}", "1: feeds: expected a list, got keys with values"),
        ("feeds:\n  - club", '2: feeds[0]: expected keys with their values below it, got "club"'),
        ("feeds:\n  -", "2: feeds[0]: expected keys with their values below it, got nothing"),
        ("feeds:\n\n  - name: club", "3: feeds[0].url: required, and it is missing"),
        ("feeds:\n  - name: club\n    url:", "3: feeds[0].url: required, and it is missing"),
        ("feeds:\n  - name: club\n    url: news", f'3: feeds[0].url: {ADDRESS}, got "news"'),
        ("feeds:\n  - name: club\n    url: //a:pw@b", f'3: feeds[0].url: {ADDRESS}, got "//…@b"'),
        ("feeds:\n  - url: a.example\n    name: My Blog", f'3: feeds[0].name: {NAME}, got "My Blog"'),
        (
            "feeds:\n  - url: a.example\n    name: con",
            '3: feeds[0].name: expected a name that is not reserved, got "con"',
        ),
        (
            f"{FEED}\n  - name: club\n    url: a.example",
            "4: feeds[1].name: expected a name of its own, and another feed is called club",
        ),
        (
            f"{FEED}\n    every: 1h\n    cron: '@daily'",
            "5: feeds[0].cron: expected either every or cron, got both",
        ),
        (
            f"{FEED}\n    limit: x\n    zz: 1\nevery: 1x\nout: $" + "{NOPE}",
            '4: feeds[0].limit: expected a whole number from 1 to 1000, got "x" (and 3 more)',
        ),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert str(refusal(text)) == f"config.yaml:{message}"


LEVELS = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 60))
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 9}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "1: expected keys with their values such as feeds:, got a list"),
        ("# nothing\nhello", '2: expected keys with their values such as feeds:, got "hello"'),
        ("every: 1h\nlimit: 5\nevery: 2h", "3: every: given twice, first in line 1"),
        ("every: 1h: 2", "1: not valid YAML: mapping values are not allowed here"),
        ("fetch:\n\ttimeout: 1s", "2: not valid YAML: found character '\\t' that cannot start any token"),
        ("limit: 5\nevery: 'soon\nout: x\n", "2: not valid YAML: found unexpected end of stream"),
        ("limit: 5\nweb: [a\n\n", "2: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("limit: 5\n---\nevery: 1h", "2: expected one document, got a second one after ---"),
        (
            "out: !!python/name:os.x y",
            "1: expected a plain value, got the tag tag:yaml.org,2002:python/name:os.x",
        ),
        ("? [a]\n: b", "1: expected a key of plain characters before the colon"),
        ("out: *there", "1: *there stands for nothing that was given before with &there"),
        ("out: &a [*a]", "1: *a stands for nothing that was given before with &a"),
        ("a: &a x\nout: [" + "*a," * 101 + "]", "2: expected at most 100 aliases"),
        ("out: " + "[" * 1000, "1: expected at most 20 levels, one inside the other"),
        (LEVELS, "20: expected at most 20 levels, one inside the other"),
        (BOMB, "7: expected at most 1,000,000 values, with every alias written out"),
    ],
)
def test_refused_yaml(text: str, message: str) -> None:
    assert str(refusal(text)) == f"config.yaml:{message}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": the file is empty"),
        (b"# only a comment\n", ": the file is empty"),
        (b"every: 1h\nout: \xff\n", ":2: expected text in UTF-8, got the byte 0xff"),
        (b"every: 1h\nout: a\x00b\n", ":2: expected text, got the control character U+0000"),
        (FEED.encode("utf-16"), ":1: expected text in UTF-8, got the byte 0xff"),
        (b"#" * 1_000_001, ": expected at most 1,000,000 bytes, and it is larger"),
    ],
)
def test_refused_bytes(content: bytes, message: str) -> None:
    assert str(refusal(content)) == f"config.yaml{message}"


def test_a_mark_at_the_beginning_and_windows_lines_are_fine() -> None:
    assert config(b"\xef\xbb\xbf" + FEED.replace("\n", "\r\n").encode()) == config(FEED)


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("sites/mine.yaml"), {})
    assert str(caught.value) == f"sites/mine.yaml: there is no such file in {folder}/sites"
    assert caught.value.advice == "Name another with --config PATH."


def test_a_folder(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert str(caught.value) == f"{folder}: expected a file, got a folder"


def test_paths_are_seen_from_the_file(folder: Path) -> None:
    (folder / "sites").mkdir()
    path = folder / "sites" / "mine.yaml"
    path.write_text(f"out: ../public\n{FEED}\n    recipe: ../recipe.py")
    made = load(path, {})
    assert (made.out, made.feeds[0].recipe) == (folder / "public", folder / "recipe.py")


def test_no_feeds_come_with_advice() -> None:
    assert refusal("feeds: []").advice == "Write a line `- name: …` and a line `url: …` below `feeds:`."


def test_the_digest_changes_with_what_is_scraped_or_shown() -> None:
    plain = feed()
    assert re.fullmatch("[0-9a-f]{16}", plain.digest)
    changes = ["title: T", "author: A", "language: de", "limit: 3", "select: {item: li}", "headers: {A: b}"]
    digests = {feed(change).digest for change in (*changes, "recipe: recipe.py")}
    assert len(digests | {plain.digest}) == len(changes) + 2
    for same in ("every: 1d", "paused: true", "cron: '@daily'", "timezone: Asia/Tokyo"):
        assert feed(same).digest == plain.digest


def test_the_digest_does_not_change_with_the_order_of_keys() -> None:
    one, other = feed("headers: {A: b, C: d}", "title: T"), feed("title: T", "headers: {C: d, A: b}")
    assert one.digest == other.digest == "cee9e18c4aa6f1bc"  # for ever: another one re-fetches every source


def test_the_digest_changes_with_the_recipe() -> None:
    made = feed("recipe: recipe.py")
    before = made.digest
    Path("recipe.py").write_text("# as it is")
    assert made.digest != before


def test_the_example_says_the_defaults() -> None:
    example, bare = (
        asdict(load(EXAMPLE, {})),
        asdict(config("feeds: [{name: lantern, url: sample://lantern.example/}]")),
    )
    for made in (example, bare):
        made["out"] = made.pop("path").parent.absolute() == made["out"].parent and made["out"].name
    assert example == bare


def keys(record: type) -> list[str]:
    found = []
    for key in fields(record):
        found.append(key.name)
        default = key.default
        if is_dataclass(default) and not isinstance(default, type):
            found += keys(type(default))
    return found


def test_the_example_has_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    written = set(re.findall(r"^[ #-]*([a-z_]+):(?: |$)", text, re.MULTILINE))
    assert {*keys(Config), *keys(FeedConfig)} - {"path"} <= written


def test_the_example_is_right_in_its_comments_too() -> None:
    text = re.sub(r"^( *)# (?= *[A-Za-z_]+:)", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = re.sub(r"^ +(cron|recipe):.*", "", text, flags=re.MULTILINE)  # not with every; not a file here
    path = Path("config.yaml")
    path.write_text(text, encoding="utf-8")
    made = load(path, {"LANTERN_TOKEN": "t"})
    assert made.feeds[0].headers == {"Authorization": "Bearer t"}
    assert made.feeds[0].select.remove == (".share", ".newsletter")
    assert made.fetch.contact == "mail@example.org"
