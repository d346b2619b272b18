"""Full-Text RSS's site_config: the rules for one site's articles, in a file named after its host."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from feeds import slugs, yamlmarks
from feeds.errors import ExchangeError
from feeds.exchange import language
from feeds.exchange.model import Exported, Imported, Unsupported, lost
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Selectors, Settings
from scraper import urls

NAME = "ftr"
# Its directives and ours, all of an article's own page. https://help.fivefilters.org/full-text-rss/site-patterns.html
RULES = {"body": "content", "title": "title", "author": "author", "date": "date"}
OTHERS = "strip strip_id_or_class strip_image_src single_page_link next_page_link test_url test_contains".split()
LINE = re.compile(r"([a-z_]+)\s*+(\([^)\n]{0,500}\))?\s*+:(.*)")
KNOWN = re.compile(rf"^\s*({'|'.join([*RULES, *OTHERS])})\s*:".encode(), re.MULTILINE)
DIRECTIVE = re.compile(rb"\s*[a-z_]+[ \t]*(?:\([^)\n]{0,500}\)[ \t]*)?:")
HOST = re.compile(r"\.?((?:[a-z0-9_-]+\.)+[a-z0-9-]+)", re.IGNORECASE)
TRIED = "kept as a comment; `feedwright extract` tries it"


def reads(content: bytes) -> bool:
    """Whether it names a rule, and half of its lines are directives: prose may show `title: …` as an example."""
    lines = [line for line in content.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    return KNOWN.search(content) is not None and 2 * sum(map(bool, map(DIRECTIVE.match, lines))) >= len(lines)


def imported(content: bytes, file: Path) -> Imported:
    """The one site of the file; its articles are looked for on its first page. Raises ExchangeError and ConfigError."""
    said, unsupported = _directives(content, file)
    name = slugs.of(None, url := _address(file, said), ())
    rules: dict[str, str] = {}
    for theirs, ours in RULES.items():
        first, *rest = said.pop(theirs, [""])
        if first:
            rules[ours] = language.rule(first)
        unsupported += [Unsupported(name, theirs, f"only the first is taken, not {other}") for other in rest]
    remove = [language.rule(each) for each in said.pop("strip", [])]
    for part in said.pop("strip_id_or_class", []):
        remove.append(f"[class*={_quoted(part)}], [id*={_quoted(part)}]")
    remove += [f"img[src*={_quoted(part)}]" for part in said.pop("strip_image_src", [])]
    tests = said.pop("test_url", [])
    said.pop("test_contains", None)
    unsupported = [Unsupported(name, each.key, each.why) for each in unsupported]
    unsupported += [Unsupported(name, key) for key, values in said.items() for _ in values[:1]]
    unsupported += [Unsupported(name, "test_url and test_contains", TRIED)] * bool(tests)
    note = f"The rules were written for articles such as {tests[0]}" if tests else ""
    feed = Settings(name, url, select=Selectors(**rules, remove=tuple(dict.fromkeys(remove))), note=note)
    return Imported((feed,), tuple(unsupported))


def _directives(content: bytes, file: Path) -> tuple[dict[str, list[str]], list[Unsupported]]:
    said: dict[str, list[str]] = defaultdict(list)
    unsupported = []
    for number, line in enumerate(yamlmarks.decoded(content, file).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            unsupported.append(Unsupported("", f"line {number}", "it is no directive"))
        elif value := match[3].strip():
            said[match[1] + (match[2] or "")].append(value)
    if not said:
        raise ExchangeError(f"{file}: expected directives such as body: //article, and found none")
    return said, unsupported


def _address(file: Path, said: dict[str, list[str]]) -> str:
    """The site's first page: by the name of the file, else by what the rules are tried on."""
    named = HOST.fullmatch(file.name.removesuffix(".txt"))
    tried = urlsplit((said.get("test_url") or [""])[0])
    host = named[1].lower() if named and file.name.endswith(".txt") else tried.hostname
    if not host:
        raise ExchangeError(f"{file}: it says of no site", advice="Name the file after the site: club.example.txt.")
    same = tried.hostname in (host, f"www.{host}") and tried.scheme in ("http", "https")
    return f"{tried.scheme}://{tried.netloc}/" if same else f"https://{host}/"


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    """The rules for the articles of one feed. Raises ExchangeError for several: each site has a file of its own."""
    if len(feeds) != 1:
        names = ", ".join(feed.name for feed in feeds[:5])
        raise ExchangeError(
            f"A file of {NAME} holds the rules of one site, and these are {len(feeds)} feeds: {names}",
            advice="Name one of them.",
        )
    (feed,) = feeds
    lines, unsupported = [f"# {urls.host(feed.url).removeprefix('www.')}.txt"], []
    held = [(theirs, ours) for theirs, ours in RULES.items() if ours == "content" or not feed.select.item]
    for theirs, ours in held:
        value = getattr(feed.select, ours)
        try:
            lines += [f"{theirs}: {language.xpath(value)}"] if value else []
        except Untranslatable as error:
            unsupported.append(Unsupported(feed.name, f"select.{ours}", str(error)))
    for value in feed.select.remove:
        try:
            lines.append(f"strip: {language.xpath(value)}")
        except Untranslatable as error:
            unsupported.append(Unsupported(feed.name, "select.remove", f"{value}: {error}"))
    said = ("select.remove", *(f"select.{ours}" for _, ours in held))
    return Exported(("\n".join(lines) + "\n").encode(), (*unsupported, *lost(feeds, said)))


def _quoted(text: str) -> str:
    return "'" + text.strip("\"'").replace("\\", "\\\\").replace("'", "\\'") + "'"
