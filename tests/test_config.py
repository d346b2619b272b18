import re
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from feeds import yamlmarks
from feeds.config import NO_KEYS, load
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.errors import ConfigError
from feeds.keeping import Room
from feeds.polling import AUTO, Bounds
from feeds.sections import Auth, KeepPages, LoginForm, Select
from scraper.model import Access, Login, Rules
from scraper.survey import TIERS

EXAMPLE = Path(__file__).parent.parent / "config.yaml"
ENVIRON = {"TOKEN": "s3cret", "HOST": "club.example", "BREAK": "a\r\nb: c", "PROXY": "http://ada:s3cret@p.example"}
ENVIRON |= {"LONG": "0123456789abcdef"}


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
    assert made.feeds == (FeedConfig("club", "https://club.example/news", allow_private=False),)
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
        "headers: {Accept: text/html}",
        "updates: New-Entry",
    )
    recipe = str(Path("recipe.py").resolve())
    assert made.rules == Rules(".post", "h2", "h2 a", "time", "main", (".share", ".ad"), recipe)
    assert (made.title, made.author, made.language) == ("The Club", "Ada Ohm", "pt-BR")
    assert (made.limit, made.paused, dict(made.headers)) == (7, True, {"Accept": "text/html"})
    assert made.updates == "new-entry"
    assert made.cron is not None
    monday_in_berlin = datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert made.cron.after(datetime(2024, 1, 1, tzinfo=UTC)) == monday_in_berlin


def test_every_key_of_access() -> None:
    made = feed(
        "headers: {X-Api-Key: '${TOKEN}'}",
        "cookies: {a: '${TOKEN}', b: 'x${TOKEN}'}",
        "auth: {user: ada, password: '${TOKEN}'}",
        "login: {url: club.example/login, fields: {user: ada, pw: '${TOKEN}'}}",
        "robots: ignore",
        "delay: 1s500ms",
        "proxy: http://ada:${TOKEN}@Proxy.example:3128/",
        "allow_private: true",
        "allow_ports: [81, 8000]",
    )
    assert made.access == Access(
        headers=(("X-Api-Key", "s3cret"),),
        cookies=(("a", "s3cret"), ("b", "xs3cret")),
        basic=("ada", "s3cret"),
        login=Login("https://club.example/login", (("user", "ada"), ("pw", "s3cret"))),
        proxy="http://ada:s3cret@proxy.example:3128",
        allow_private=True,
        allow_ports=(81, 8000),
        ignore_robots=True,
        delay=1.5,
    )
    assert feed("auth: {bearer: '${TOKEN}'}").access == Access(bearer="s3cret", allow_private=False)


def test_access_is_taken_from_the_top_where_a_feed_does_not_say_it() -> None:
    top = "fetch: {proxy: http://p.example:3128, delay: 2s}\nnetwork: {allow_private: yes, allow_ports: [81]}\n"
    own = "proxy: https://q.example, allow_private: no, allow_ports: [], delay: 0"
    made = config(f"{top}{FEED}\n  - {{name: b, url: b.example, {own}}}")
    first, second = (each.access for each in made.feeds)
    assert first == Access(proxy="http://p.example:3128", allow_private=True, allow_ports=(81,))
    assert second == Access(proxy="https://q.example", allow_private=False, delay=0.0)
    assert made.fetch.delay == 2.0


def test_a_delay_that_a_feed_does_not_say_stays_with_the_fetcher() -> None:
    assert feed().access.delay is None  # so that it can spare a machine of our own the wait


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
        ("every: 15m - 1d", Bounds(timedelta(minutes=15), timedelta(days=1))),
        ("every: auto", AUTO),
        ("base_url: https://Feeds.example/a/", "https://feeds.example/a"),
        ("base_url: feeds.example", "https://feeds.example"),
        ("workers: 64", 64),
        ("fetch: {max_bytes: 500kB}", 500_000),
        ("fetch: {max_bytes: 10 MB}", 10_000_000),
        ("fetch: {max_bytes: 4096}", 4096),
        ("fetch: {timeout: 1m}", 60.0),
        ("fetch: {delay: 500ms}", 0.5),
        ("fetch: {delay: 1m1s1ms}", 61.001),
        ("fetch: {delay: 0}", 0.0),
        ("fetch: {delay: 0ms}", 0.0),
        ("fetch: {timeout: 1500ms}", 1.5),
        ("fetch: {proxy: HTTPS://P.Example/}", "https://p.example"),
        ("fetch: {proxy: '${PROXY}'}", "http://ada:s3cret@p.example"),
        ("network: {allow_ports: [1, 65535]}", (1, 65535)),
        ("network: {allow_ports: 8000}", (8000,)),
        ("fetch: {contact: ada@club.example}", "ada@club.example"),
        ("fetch: {contact: https://club.example/bot}", "https://club.example/bot"),
        ("network: {allow_private: on}", True),
        ("web: {host: '::1'}", "::1"),
        ("web: {port: 0}", 0),
        ("web: {brotli: true}", True),
        ("websub: {hub: self}", ("self",)),
        ("websub: {hub: ['https://hub.example/?x=1', self]}", ("https://hub.example/?x=1", "self")),
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


@pytest.mark.parametrize(
    "tier",
    ["auto", "feed", "listing", "schema", "microformats", "state", "inline", "sitemap", "wordpress", "page"],
)
def test_every_way_of_finding_can_be_chosen_and_is_told_in_the_example(tier: str) -> None:
    assert tier in TIERS
    assert feed(f"find: {tier}").find == tier
    told = re.search(r"^ +find: .*\n +# .*$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert told is not None and re.search(rf"\b{tier}\b", told[0])


def test_the_example_and_the_readme_tell_of_every_way_of_finding() -> None:
    readme = (EXAMPLE.parent / "README.md").read_text("utf-8")
    assert {tier for tier in TIERS if f"`{tier}`" not in readme} == {"auto"}  # which is what happens without


def test_how_much_is_kept_of_the_pages_is_taken_from_the_top_key_by_key() -> None:
    top = "keep_pages: {size: 1MB, days: 7}\n"
    both = config(f"{top}{FEED}\n    keep_pages: {{size: 0}}\n  - name: other\n    url: other.example")
    first, second = (feed.keep_pages for feed in both.feeds)
    assert (first.room, second.room) == (Room(0, 3, timedelta(days=7)), Room(1_000_000, 3, timedelta(days=7)))
    assert feed().keep_pages == KeepPages(10_000_000, 3, 90)
    assert feed("keep_pages: {days: 1}").digest == feed().digest


@pytest.mark.parametrize("pages", [1, 5, 50])
def test_so_many_pages(pages: int) -> None:
    assert feed(f"pages: {pages}").pages == pages


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("select: {author: .byline}", Rules(author=".byline")),
        ("select: {summary: 'xpath:p[1]'}", Rules(summary="xpath:p[1]")),
        ("select: {next: \"//a[@rel='next']/@href\"}", Rules(next="//a[@rel='next']/@href")),
        ("select: {item: (//article), title: string(./h2)}", Rules(item="(//article)", title="string(./h2)")),
        ("select: {remove: ['//aside', .ad]}", Rules(remove=("//aside", ".ad"))),
        ("select: {next: '  a.older  ', author: }", Rules(next="a.older")),
    ],
)
def test_selectors_of_either_kind(line: str, rules: Rules) -> None:
    assert feed(line).rules == rules


LENGTH = "expected a length of time such as 30m, 2h or 1d"
EVERY = f"{LENGTH}, two of them such as 15m-6h, or auto"
SPAN = "expected a length of time from 1s to 31d"
PAUSE = "expected a pause from 0 to 1h such as 500ms or 2s"
PROXY = "expected the address of a proxy such as http://proxy.example:3128"
LITERAL = "expected ${NAME} or ${file:PATH}: a secret does not stand in this file"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("every", "soon", EVERY),
        ("every", "15m-", EVERY),
        ("every", "15m-1h-2h", EVERY),
        ("every", "6h-15m", "expected the shorter length first, as in 15m-6h"),
        ("every", "1h-1h", "expected the shorter length first, as in 15m-6h"),
        ("every", "15m-32d", SPAN),
        ("every", "30", EVERY),
        ("every", "${TOKEN}", EVERY),
        ("every", "0s", SPAN),
        ("every", "32d", SPAN),
        ("limit", "0", "expected a whole number from 1 to 1000"),
        ("workers", "1.5", "expected a whole number from 1 to 64, or auto"),
        ("processes", "17", "expected a whole number from 1 to 16, or auto"),
        ("timezone", "Mars/Base", "expected a time zone such as UTC or Europe/Berlin"),
        ("base_url", "ftp://x", "expected an address such as https://feeds.example.org"),
        ("base_url", "http://a/?b", "expected an address such as https://feeds.example.org"),
        ("fetch", "fast", "expected keys with their values below it"),
        ("fetch.max_bytes", "big", "expected a size such as 10MB or 500kB"),
        ("fetch.max_bytes", "0", "expected a size such as 10MB or 500kB"),
        ("keep_pages.size", "-1", "expected a size such as 10MB or 500kB, or 0"),
        ("keep_pages.versions", "0", "expected a whole number from 1 to 100"),
        ("keep_pages.days", "30d", "expected a whole number from 1 to 3650"),
        ("every", "999ms", SPAN),
        ("fetch.delay", "500", PAUSE),
        ("fetch.delay", "61m", PAUSE),
        ("network.allow_ports", "0", "expected a whole number from 1 to 65535"),
        ("network.allow_ports", "65536", "expected a whole number from 1 to 65535"),
        ("fetch.contact", "me", "expected a mail address or the address of a web page"),
        ("network.allow_private", "maybe", "expected true or false"),
        ("web.port", "65536", "expected a whole number from 0 to 65535"),
        ("websub.hub", "own", "expected self, or the address of a hub such as https://hub.example/"),
        ("web.host", "a b", "expected a host name or an IP address"),
    ],
)
def test_refused_values(key: str, value: str, expected: str) -> None:
    *group, last = key.split(".")
    line = f'{last}: "{value}"'
    text = f"{group[0]}: {{{line}}}" if group else line
    assert str(refusal(f"{text}\n{FEED}")) == f'config.yaml:1: {key}: {expected}, got "{value}"'


USERINFO = "expected an address without user and password, which go below `auth:`"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("evry: 2h", 'evry: unknown key; did you mean "every"?'),
        ("select: {itme: li}", 'select.itme: unknown key; did you mean "item"?'),
        ("cron: 0 25 * * *", 'cron: expected an hour from 0 to 23, got "0 25 * * *"'),
        ("language: so so", 'language: expected a language such as en or pt-BR, got "so so"'),
        ('title: "a\\nb"', 'title: expected text on one line, got "a\\nb"'),
        ("title: ''", 'title: expected text that is not empty, got ""'),
        ('cron: ""', 'cron: expected text that is not empty, got ""'),
        ("title: [a]", "title: expected a single value, got a list"),
        ("title: {a: b}", "title: expected a single value, got keys with values"),
        ("title: ${NOPE}", 'title: the environment variable "NOPE" is not set'),
        ("select: {remove: [.ad, []]}", "select.remove[1]: expected a single value, got a list"),
        (
            "recipe: gone.py",
            "recipe: expected a Python file, and there is none of that name beside the config",
        ),
        ("find: nope", f'find: expected one of {", ".join(TIERS)}, got "nope"'),
        ("find: Feed", f'find: expected one of {", ".join(TIERS)}, got "Feed"'),
        ("find: ''", 'find: expected text that is not empty, got ""'),
        ("find: [feed]", "find: expected a single value, got a list"),
        ("pages: 0", 'pages: expected a whole number from 1 to 50, got "0"'),
        ("pages: 51", 'pages: expected a whole number from 1 to 50, got "51"'),
        ("pages: -1", 'pages: expected a whole number from 1 to 50, got "-1"'),
        ("pages: 2.5", 'pages: expected a whole number from 1 to 50, got "2.5"'),
        ("pages: all", 'pages: expected a whole number from 1 to 50, got "all"'),
        ("select: [a]", "select: expected keys with their values below it, got a list"),
        ("select: {auther: .by}", 'select.auther: unknown key; did you mean "author"?'),
        ("select: {author: [.by]}", "select.author: expected a single value, got a list"),
        ("select: {summary: ''}", 'select.summary: expected text that is not empty, got ""'),
        ('select: {next: "a\\nb"}', 'select.next: expected text on one line, got "a\\nb"'),
        ("select: {next: {a: b}}", "select.next: expected a single value, got keys with values"),
        ("headers: [a]", "headers: expected keys with their values below it"),
        ("headers: {a b: c}", "headers.a b: expected the name of an HTTP header"),
        ("headers: {A: '${BREAK}'}", "headers.A: expected text on one line"),
        ('headers: {A: "a\\0"}', "headers.A: expected text on one line"),
        ("updates: never", 'updates: expected silent, bump, new-entry or diff, got "never"'),
        ("robots: maybe", 'robots: expected obey or ignore, got "maybe"'),
        ("proxy: socks5://a.example:1", f"proxy: {PROXY}"),
        ("proxy: a.example:1", f"proxy: {PROXY}"),
        ("proxy: http://a.example:x", f"proxy: {PROXY}"),
        ("proxy: http://a.example/path", f"proxy: {PROXY}"),
        ("cookies: {a: 'b; c=${TOKEN}'}", "cookies.a: expected the value of a single cookie, without semicolons"),
        ("cookies: {'a=b': '${TOKEN}'}", "cookies.a=b: expected the name of a cookie"),
        ("cookies: a=hidden", "cookies: expected keys with their values below it"),
        ("auth: hidden", "auth: expected keys with their values below it"),
        ("auth: {}", "auth: expected either user and password, or bearer"),
        ("auth: {user: ada}", "auth: expected either user and password, or bearer"),
        ("auth: {bearer: '${TOKEN}', user: ada}", "auth: expected either user and password, or bearer"),
        ("auth: {user: 'a:b', password: '${TOKEN}'}", "auth.user: expected a user name without a colon"),
        ("auth: {bearer: 'a ${TOKEN}'}", "auth.bearer: expected a token of plain letters without blanks"),
        (
            "token: ${TOKEN}",
            "token: expected at least 16 letters, digits, hyphens, underscores, dots and tildes",
        ),
        ("auth: {passwort: hidden}", 'auth.passwort: unknown key; did you mean "password"?'),
        ("login: hidden", "login: expected keys with their values below it"),
        ("login: {url: a.example}", "login.fields: required, and it is missing"),
        ("login: {url: a.example, fields: {}}", "login.fields: expected at least one field of the form"),
        (
            "login: {url: 'https://a:b@c.example', fields: {user: a}}",
            f'login.url: {USERINFO}, got "https://…@c.example"',
        ),
        ("headers: {A: Ω}", "headers.A: expected letters of Latin-1, as in every HTTP header"),
    ],
)
def test_refused_in_a_feed(line: str, message: str) -> None:
    assert str(refusal(f"{FEED}\n    {line}")) == f"config.yaml:4: feeds[0].{message}"


NAME = "expected at most 64 small letters, digits and hyphens such as my-blog"
ADDRESS = "expected the address of a web page such as https://club.example/news"
TOP_KEYS = ", ".join(key.name for key in fields(Config) if key.name not in NO_KEYS)


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
        ("feeds:\n  - name: a\n    url: ada:pw@b", f'3: feeds[0].url: {ADDRESS}, got "…@b"'),
        ("feeds:\n  - name: a\n    url: https://ada:p/w@b", f'3: feeds[0].url: {ADDRESS}, got "https://…@b"'),
        ("feeds:\n  - name: a\n    url: https://ada:pw@b/", f'3: feeds[0].url: {USERINFO}, got "https://…@b/"'),
        ("feeds:\n  - name: a\n    url: https://ada@b/", f'3: feeds[0].url: {USERINFO}, got "https://…@b/"'),
        (f"secrets: [a]\n{FEED}", f"1: secrets: unknown key; expected one of {TOP_KEYS}"),
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
            f"{FEED}\n    formats: [atom, mp3]",
            "4: feeds[0].formats: expected some of atom, rss, json, html, and mp3 is none of them, got a list",
        ),
        (
            f"formats: json\n{FEED}",
            '1: formats: expected atom among the formats, since it is what the others are checked against, got "json"',
        ),
        (
            f"{FEED}\n    limit: x\n    zz: 1\nevery: 1x\nout: $" + "{NOPE}",
            '4: feeds[0].limit: expected a whole number from 1 to 1000, got "x" (and 3 more)',
        ),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert str(refusal(text)) == f"config.yaml:{message}"


PIER = "\n  - {name: pier, url: pier.example, token: '${LONG}'}\n  - name: both\n    merge: "


def test_a_feed_of_other_feeds() -> None:
    made = config(f"limit: 9\n{FEED}\n  - {{name: both, merge: [club], title: Both, formats: [atom]}}")
    assert made.merged == (MergedFeed("both", ("club",), title="Both", limit=9, formats=("atom",)),)
    assert [feed.name for feed in made.published] == ["club", "both"]
    assert made.parts(made.merged[0]) == made.feeds
    assert made.sources(["both", "club", "other"]) == ("club", "other")


def test_a_feed_of_all_feeds() -> None:
    assert config(f"all: false\n{FEED}") == config(FEED)
    (made,) = config(f"all: yes\nformats: atom\n{FEED}").merged
    assert made == MergedFeed("all", ("all",), title="All feeds", formats=("atom",))
    made = config(f"{FEED}{PIER}all").merged[0]
    assert (made.name, made.merge) == ("both", ("all",))


OWN = "expected a name of its own, and another feed is called"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[club, pear]", "6: feeds[2].merge: no feed is called pear; did you mean pier?"),
        ("[zzz]", "6: feeds[2].merge: no feed is called zzz"),
        ("[club, both]", "6: feeds[2].merge: expected feeds with an address, and both is merged of others itself"),
        ("[club, pier]", "6: feeds[2].merge: pier has a token, and so everybody could read it here: set one here, too"),
        ("[]", "6: feeds[2].merge: expected the names of feeds such as [club, harbour], or all, got a list"),
        ("{a: b}", "6: feeds[2].merge: expected the names of feeds such as [club, harbour], or all, got keys"),
        ("[club, A B]", "6: feeds[2].merge: expected at most 64 small letters, digits and hyphens such as my-blog"),
        ("[club]\n    url: a.example", "7: feeds[2].url: a feed that is merged of others has no such key"),
        ("[club]\n    every: 1h", "7: feeds[2].every: a feed that is merged of others has no such key"),
        ("[club]\n    titel: x", '7: feeds[2].titel: unknown key; did you mean "title"?'),
        ("[club]\n  - {name: x, mrge: [club]}", '7: feeds[3].mrge: unknown key; did you mean "merge"?'),
        ("[club]\n    limit: 0", '7: feeds[2].limit: expected a whole number from 1 to 1000, got "0"'),
        ("[club]\n  - {name: club, merge: club}", f"7: feeds[3].name: {OWN} club"),
        ("[club]\n  - {name: both, merge: club}", f"7: feeds[3].name: {OWN} both"),
        ("[club]\n  - {merge: club}", "7: feeds[3].name: required, and it is missing"),
        ("[club]\n  - {name: x, url: x.example, evry: 1}", '7: feeds[3].evry: unknown key; did you mean "every"?'),
        ("[club]\n  - {name: club, url: x.example}", f"7: feeds[3].name: {OWN} club"),
        ("[club]\nmerged: []", "7: merged: unknown key; expected one of"),
    ],
)
def test_feeds_of_feeds_refused(text: str, message: str) -> None:
    assert str(refusal(f"{FEED}{PIER}{text}")).startswith(f"config.yaml:{message}")


def test_a_file_with_nothing_but_feeds_of_feeds() -> None:
    assert "no feed is called club" in str(refusal("feeds: [{name: both, merge: [club]}]"))
    assert "expected at least one feed" in str(refusal("feeds: [{name: both, merge: all}]"))


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
        (b"#" * 10_000_001, ": expected at most 10,000,000 bytes, and it is larger"),
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
    assert caught.value.advice == "`feedwright add URL` makes one; or name another with --config PATH."


def test_a_folder(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert str(caught.value) == f"{folder}: expected a file, got a folder"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("auth: {user: ada, password: hidden}", "auth.password"),
        ("auth: {bearer: hidden}", "auth.bearer"),
        ("token: hidden", "token"),
        ("auth: {bearer: '$${TOKEN}'}", "auth.bearer"),
        ("cookies: {theme: hidden}", "cookies.theme"),
        ("login: {url: a.example, fields: {user: ada, pin: hidden}}", "login.fields.pin"),
        ("login: {url: a.example, fields: {user_password: hidden}}", "login.fields.user_password"),
        ("login: {url: a.example, fields: {'pass[login]': hidden}}", "login.fields.pass[login]"),
        ("headers: {Authorization: Bearer hidden}", "headers.Authorization"),
        ("headers: {cookie: hidden}", "headers.cookie"),
        ("headers: {Proxy-Authorization: hidden}", "headers.Proxy-Authorization"),
        ("headers: {x-api-key: hidden}", "headers.x-api-key"),
        ("headers: {X-CSRFToken: hidden}", "headers.X-CSRFToken"),
        ("headers: {Client-Secret: hidden}", "headers.Client-Secret"),
        ("proxy: http://ada:hidden@p.example", "proxy"),
        ("proxy: http://${HOST}:hidden@p.example", "proxy"),
    ],
)
def test_a_secret_does_not_stand_in_the_file(line: str, key: str) -> None:
    assert str(refusal(f"{FEED}\n    {line}")) == f"config.yaml:4: feeds[0].{key}: {LITERAL}"


def test_nor_does_that_of_the_proxy_for_all() -> None:
    text = f"fetch:\n  proxy: http://ada:hidden@p.example\n{FEED}"
    assert str(refusal(text)) == f"config.yaml:2: fetch.proxy: {LITERAL}"


@pytest.mark.parametrize("name", ["user", "username", "login", "email", "mail", "name", "userName", "session[email]"])
def test_the_user_of_a_form_may(name: str) -> None:
    made = feed(f"login: {{url: a.example, fields: {{'{name}': ada}}}}").login
    assert made is not None and made.fields == {name: "ada"}


@pytest.mark.parametrize("header", ["Accept", "Referer", "Cookies", "From"])
def test_so_may_a_header_that_is_none(header: str) -> None:
    assert feed(f"headers: {{{header}: shown}}").headers == {header: "shown"}


@pytest.mark.parametrize(
    ("header", "other", "key"),
    [("authorization", "auth: {bearer: '${TOKEN}'}", "auth"), ("Cookie", "cookies: {a: '${TOKEN}'}", "cookies")],
)
def test_a_header_that_another_key_makes(header: str, other: str, key: str) -> None:
    text = f"{FEED}\n    {other}\n    headers: {{{header}: '${{TOKEN}}'}}"
    message = f"config.yaml:5: feeds[0].headers.{header}: expected either this header or {key}, got both"
    assert str(refusal(text)) == message


def test_a_password_keeps_the_blanks_around_it() -> None:
    Path("config.yaml").write_text(f"{FEED}\n    auth: {{user: ada, password: '${{PW}}'}}")
    made = load(Path("config.yaml"), {"PW": " open sesame "})
    assert made.feeds[0].access.basic == ("ada", " open sesame ")


@pytest.mark.parametrize(("password", "quoted"), [("p@s/s#?", "p%40s%2Fs%23%3F"), ("p%40s", "p%40s"), ("a:b", "a%3Ab")])
def test_the_password_of_a_proxy_is_quoted_where_it_must_be(password: str, quoted: str) -> None:
    Path("config.yaml").write_text(f"{FEED}\n    proxy: http://ada:${{PW}}@p.example:3128")
    made = load(Path("config.yaml"), {"PW": password})
    assert made.feeds[0].proxy == f"http://ada:{quoted}@p.example:3128"


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
    changes += ["headers: {Cookie: '${TOKEN}'}", "cookies: {a: '${TOKEN}'}", "cookies: {a: '${HOST}'}"]
    changes += ["auth: {user: a, password: '${TOKEN}'}", "auth: {user: b, password: '${TOKEN}'}"]
    changes += ["auth: {bearer: '${TOKEN}'}", "auth: {bearer: '${HOST}'}"]
    changes += [
        f"login: {{url: {url}, fields: {{user: {user}}}}}" for url in ("a.example", "b.example") for user in "ab"
    ]
    changes += ["proxy: http://p.example", "proxy: '${PROXY}'"]
    digests = {feed(change).digest for change in (*changes, "recipe: recipe.py")}
    assert len(digests | {plain.digest}) == len(changes) + 2
    for same in (
        "every: 1d",
        "robots: ignore",
        "paused: true",
        "cron: '@daily'",
        "timezone: Asia/Tokyo",
        "delay: 9s",
        "updates: silent",
        "allow_private: true",
        "robots: obey",
    ):
        assert feed(same).digest == plain.digest


def test_a_token_is_kept_to_itself_and_puts_the_feed_out_of_sight() -> None:
    made = config(f"{FEED}\n    token: a-long-and-secret-${{TOKEN}}")
    assert made.feeds[0].token == "a-long-and-secret-s3cret"
    assert "a-long" not in repr(made)
    assert "s3cret" in made.secrets
    assert made.folder(made.feeds[0]) == made.out / ".state" / "private"
    assert made.feeds[0].digest == feed("paused: false").digest


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
        if is_dataclass(default) and not isinstance(default, type | Bounds):
            found += keys(type(default))
    return found


def test_the_example_has_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    written = set(re.findall(r"^[ #-]*([a-z_]+):(?: |$)", text, re.MULTILINE))
    wanted = {key for record in (Config, FeedConfig, MergedFeed, Auth, LoginForm) for key in keys(record)}
    assert wanted - set(NO_KEYS) <= written


def test_the_example_is_right_in_its_comments_too() -> None:
    text = re.sub(r"^( *)# (?= *(?:- )?[A-Za-z_-]+:)", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    # Not with every; not a file here; not with user and password.
    text = re.sub(r"^ +(cron|recipe|bearer|token):.*", "", text, flags=re.MULTILINE)
    path, kept = Path("config.yaml"), Path("lantern.password")
    path.write_text(text, encoding="utf-8")
    kept.touch(mode=0o600)
    kept.write_text("pw\n")
    token = "0123456789abcdef0123456789abcdef"
    environ = {"LANTERN_KEY": "k", "LANTERN_SESSION": "s", "PROXY_PASSWORD": "p", "ADMIN_TOKEN": token}
    made = load(path, environ)
    assert made.feeds[0].access.headers_sent() == {
        "X-Api-Key": "k",
        "Cookie": "session=s",
        "Authorization": "Basic YWRhOnB3",
    }
    assert made.feeds[0].allow_ports == (8000,)
    assert made.secrets == ("k", "s", "pw", token, "p")
    assert made.feeds[0].select.remove == (".share", ".newsletter")
    assert [(each.name, each.merge) for each in made.merged] == [("harbour", ("lantern",))]
    assert made.fetch.contact == "mail@example.org"


@pytest.mark.parametrize(
    "text", ["a: [1,\n", "a: 'b\n", "a: b: c\n", "a:\n\t- b\n", "- a\nb: c\n", "a: @b\n", "a: !!int 1\n"]
)
def test_the_quick_parser_says_no_other_thing_than_the_one_that_explains(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for loader in (yamlmarks.FAST, yaml.SafeLoader):
        monkeypatch.setattr(yamlmarks, "FAST", loader)
        with pytest.raises(ConfigError) as caught:
            yamlmarks.parsed(text.encode(), Path("config.yaml"))
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_both_parsers_read_the_shipped_file_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).parents[1] / "config.yaml"
    quick = yamlmarks.read(path)
    monkeypatch.setattr(yamlmarks, "FAST", yaml.SafeLoader)
    assert yamlmarks.read(path) == quick
