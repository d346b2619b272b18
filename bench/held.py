"""What a broken page does to a feed, byte by byte, on real themes: `python bench/held.py FOLDER [--sites N] [-v]`.

FOLDER holds `manifest.jsonl` and sites as folders, as `bench/discovery.py` reads them; their own feeds and sitemaps are
hidden. Each site is followed by the whole program but for HTTP: two looks at it as it is, then one a day at each of its
ten broken pages and one at the right page after each, and every file in out/ has to stay as it was, byte by byte. Then
at a page in other classes, in another order and with each article twice, each with one article that was held back until
then: that one has to be in the feed, and nothing else new.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from spoilt import BAD, GOOD, KIND, NOW, Site, sites, without

from feeds.configuration import Config, FeedConfig
from feeds.report import Report
from feeds.store import Store
from feeds.update import Updater
from scraper import dom, urls
from scraper.errors import BadStatus
from scraper.model import Access, Page, Validators

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Ways to a site's articles that are not its list.
HIDDEN = (".xml", ".atom", ".json", ".txt", "/feed", "/rss", "/atom")


@dataclass(slots=True)
class Shown:
    """A site from its folder, with another list in place of its own, and all its pages in a wrong charset or not."""

    folder: Path
    site: Site
    list: bytes
    broken: bool = False

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        content = self.list if url == self.site.url else self._file(url)
        if self.broken:
            content = content.decode("utf-8", "replace").encode().decode("cp1252", "replace").encode()
        etag = sha256(content).hexdigest()
        return None if validators.etag == etag else Page(url, url, content, KIND, Validators(etag))

    def _file(self, url: str) -> bytes:
        path = unquote(urlsplit(url).path)
        place = self.folder / self.site.name / path.lstrip("/")
        mine = urlsplit(url).netloc == urlsplit(self.site.url).netloc and not path.rstrip("/").endswith(HIDDEN)
        for file in (place, place / "index.html", place.with_suffix(".html")):
            if mine and file.is_file():
                return file.read_bytes()
        raise BadStatus(f"{url} is not there (HTTP 404).", about=url, status=404)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()


@dataclass(slots=True)
class Follower:
    """The program, following one site on a clock of its own."""

    shown: Shown
    updater: Any
    now: datetime = NOW

    def look(self, page: bytes, after: timedelta = DAY, *, broken: bool = False) -> Report:
        self.shown.list, self.shown.broken, self.now = page, broken, self.now + after
        (lease,) = self.updater.claim(1, ["site"])
        return self.updater.update(lease)

    @property
    def files(self) -> dict[str, bytes]:
        out = self.updater.config.out
        return {str(path): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@dataclass(slots=True)
class Counts:
    """What came of each mutation, and on which sites it was not as it should be."""

    told: dict[str, Counter[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    def note(self, mutation: str, site: str, what: str, *, right: bool) -> None:
        self.told.setdefault(mutation, Counter())[what if right else f"WRONG: {what}"] += 1
        if not right:
            self.odd.append(f"{mutation}: {site}: {what}")


def follow(folder: Path, site: Site, do: Callable[[Follower], None]) -> None:
    with tempfile.TemporaryDirectory() as out, Store.open(None) as store:
        feed = FeedConfig("site", site.url, pages=1)
        config = Config((feed,), base_url="https://feeds.example", out=Path(out))
        follower = Follower(Shown(folder, site, site.content), None)
        follower.updater = Updater(config, store, follower.shown, lambda: follower.now)
        follower.updater.sync()
        do(follower)


def held_back(site: Site) -> bytes:
    """The page as it was before its first article came, in boxes beside the list too."""
    tree = dom.parse(without(site, lambda place: place == 0), site.url, KIND)
    late = urls.part_key(site.listed[0].url)
    for anchor in tree.document.select("a[href]"):
        if urls.part_key(urljoin(site.url, anchor.attr("href") or "")) == late:
            anchor.extract()
    return bytes(tree.document.html, "utf-8")


def bad(site: Site, counts: Counts) -> Callable[[Follower], None]:
    def do(one: Follower) -> None:
        first = one.look(site.content)
        one.look(site.content)
        if first.error or not one.files:
            counts.note("as it is", site.name, str(first.error), right=False)
            return
        good = one.files
        for name, mutate in BAD.items():
            broken = name == "wrong charset"
            report = one.look(site.content if broken else mutate(site), broken=broken)
            same = one.files == good
            what = "held" if report.held else f"let pass, {report.new} new, {report.changed} changed"
            counts.note(name, site.name, what, right=same)
            again = one.look(site.content, HOUR)
            back = one.files == good and again.error is None
            if not back:
                counts.note(f"… after it: {name}", site.name, again.error or "another feed", right=False)
                return

    return do


def fine(site: Site, name: str, counts: Counts) -> Callable[[Follower], None]:
    def do(one: Follower) -> None:
        before = held_back(site)
        first = one.look(before)
        listed = {urls.part_key(link.url) for link in first.discovery.links}
        if listed != {urls.part_key(each.url) for each in site.listed[1:]}:
            counts.note(name, site.name, "not tried: the first article does not come off alone", right=True)
            return
        one.look(before)
        entries = one.files
        report = one.look(GOOD[name](site))
        right = (report.error, report.new, report.changed) == (None, 1, 0) and one.files != entries
        what = report.error or f"{report.new} new, {report.changed} changed"
        counts.note(name, site.name, what, right=right)

    return do


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--only", help="one site, by its name")
    parser.add_argument("-v", "--verbose", action="store_true", help="name each site on which something is wrong")
    chosen = parser.parse_args()
    found = [site for site in sites(chosen.folder, chosen.sites) if chosen.only in (None, site.name)]
    counts = Counts()
    for site in found:
        follow(chosen.folder, site, bad(site, counts))
        for name in GOOD:
            follow(chosen.folder, site, fine(site, name, counts))
    print(f"{len(found)} sites")
    for name, told in counts.told.items():
        print(f"  {name:<28} {', '.join(f'{what} {many}' for what, many in sorted(told.items()))}")
    print(f"{len(counts.odd)} wrong")
    for line in counts.odd if chosen.verbose else ():
        print(f"  {line}")


if __name__ == "__main__":
    main()
