"""Addresses: absolute, canonical, without trackers."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from scraper.errors import BadAddress

# Parameters that follow people, not content: campaign tags, click ids, and session ids.
TRACKERS = re.compile(
    r"""^(utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|at_(medium|campaign)\w*|vero_\w+|oly_\w+|[a-z]*clid|_ga|_gl
    |mc_[ce]id|mkt_tok|igshid|yclid|s_cid|ncid|cmpid|wt_mc|_openstat|ref_src|ref_url|spm|sr_share
    |phpsessid|jsessionid|sid|sessionid|session_id|aspsessionid\w*)$""",
    re.IGNORECASE | re.VERBOSE,
)
# A number is no session: on some sites it names the story.
STORY = re.compile(r"sid=\d{1,9}", re.IGNORECASE)
# What Java servers put behind a path to the same end.
SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
INDEX = re.compile(r"/(index|default)\.(html?|php|aspx?|cfm)$", re.IGNORECASE)
# An address as people write it, without its scheme.
BARE = re.compile(r"^(([\w-]+\.)+[a-z]{2,}([/:?#]|$)|(localhost|\d+(\.\d+){3}|\[[\da-f:.]+\])[/:])", re.IGNORECASE)
# The delimiter of directives in a fragment (wicg.github.io/scroll-to-text-fragment, section 3.1).
PART = ":~:"
# An address that is tidy already, as most are, and a path from the root of its host on that is; "/." in either is not,
# nor is a default port.
TIDY_PATH = r"/(?:[\w%&=~+,:@!().-][\w/%&=~+,:@!().-]*(?:\?[\w/%&=~+,:@!().-]+)?)?"
PORT = r":(?!80/|443/)[1-9]\d{0,3}"
TIDY = re.compile(rf"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:{PORT})?{TIDY_PATH}", re.ASCII)
TIDY_FROM_ROOT = re.compile(TIDY_PATH, re.ASCII)
DEFAULT_PORTS = {"http": 80, "https": 443}
# So many keys are remembered: those of one list are asked for again and again (python bench/daemon.py --profile).
KEYS = 4096
# What may stand unescaped in a path or query (RFC 3986, 3.3 and 3.4), and the escapes that are there already.
PATH_SAFE = "/%:@!$&'()*+,;=~-._[]|"
QUERY_SAFE = PATH_SAFE + "?"


def absolute(url: str, base: str) -> str | None:
    """`url` as it is meant on a page at `base`, or None for what is no web address."""
    url = url.strip()
    if not url or url.lower() in ("http://", "https://"):
        return None
    if "/." not in url:
        if TIDY.fullmatch(url):
            return url
        if TIDY_FROM_ROOT.fullmatch(url) and TIDY.fullmatch(base):
            return base[: base.index("/", len("https://"))] + url
    try:
        joined = urlsplit(urljoin(base, url))
        return tidy(joined) if joined.scheme in ("http", "https") and joined.hostname else None
    except ValueError:  # a bracket or a port that is none
        return None


def tidy(parts: SplitResult) -> str:
    """The address with scheme and host in lower case, no default port, IDN in ASCII, and every odd byte escaped.

    Raises ValueError for a host or a port that is none.
    """
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in (None, DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    path = quote(parts.path or "/", safe=PATH_SAFE)
    query, fragment = quote(parts.query, safe=QUERY_SAFE), quote(parts.fragment, safe=QUERY_SAFE)
    return urlunsplit((scheme, host + port, path, query, fragment))


def looks_like_one(text: str) -> bool:
    """Whether a person who types this means an address, and not a name."""
    return "://" in text or BARE.match(text) is not None


def parse(url: str) -> str:
    """An address that a person typed, made whole. Raises BadAddress."""
    text = url.strip()
    if "://" not in text and BARE.match(text):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname:
            return without_fragment(tidy(parts))
        if parts.scheme == "sample":
            return text
    except ValueError as error:
        raise BadAddress(f"{url} is not an address: {error}.", about=url) from error
    raise BadAddress(f"{text or 'An empty string'} is not the address of a web page.", about=url)


def without_fragment(url: str) -> str:
    return url.partition("#")[0]


def without_trackers(url: str) -> str:
    """The address without parameters that say who came, and from where."""
    url = SESSION.sub("", url) if ";" in url else url
    head, mark, query = url.partition("?")
    if not mark:
        return url
    query, hash_mark, fragment = query.partition("#")
    kept = [pair for pair in query.split("&") if STORY.fullmatch(pair) or not TRACKERS.match(pair.partition("=")[0])]
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def canonical(url: str) -> str:
    """The one spelling under which an article is published: no fragment, no trackers."""
    return without_trackers(without_fragment(url))


@lru_cache(maxsize=KEYS)
def key(url: str) -> str:
    """What stays the same when only the spelling of an address changes: not for fetching, but to compare.

    Scheme, `www.`, index files, a trailing slash, trackers and the fragment do not count; the order of parameters
    does not either.
    """
    parts = urlsplit(canonical(url))
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    path = INDEX.sub("/", parts.path).rstrip("/")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}{path}" + (f"?{query}" if query else "")


def part_key(url: str) -> str:
    """`key`, with the fragment where it names a part: what tells the articles of one page from each other."""
    fragment = url.partition("#")[2]
    return f"{key(url)}#{fragment}" if PART in fragment else key(url)


def part(url: str, anchor: str, name: str) -> str:
    """The address of an article that is a part of a page, at an anchor of it.

    Browsers follow the anchor, and leave out what stands behind the delimiter of directives.
    """
    return f"{canonical(url)}#{quote(anchor, safe=QUERY_SAFE)}{PART}{quote(name, safe=QUERY_SAFE)}"


def host(url: str) -> str:
    """Host and port, as in `club.example:8080`, in lower case; empty where there is none."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def origin(url: str) -> str:
    """Scheme, host and port, as in `https://club.example`: whom a secret is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def site(url: str) -> str:
    """The host without `www.`: two addresses with one site belong together."""
    return host(url).removeprefix("www.")
