"""A stranger beside an article that we hold: what speaks for their being one, and the verdict."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from feeds import edits, identity, sketch
from feeds.edits import Words
from feeds.identity import folded
from feeds.model import Held
from scraper import urls
from scraper.model import Article
from scraper.whereabouts import Whereabouts

# Which part of their shingles two texts share (`sketch.shared`): .76 where one word in twenty was put right, .82 where
# a tenth was rewritten, .51 where a third was; .08 where only the lead is the same (`python bench/identity.py`). What
# bears one id but shares less than AKIN and has another title is something else.
AKIN, NEAR, NEARLY_ALL = 0.3, 0.6, 0.85
# A text of fewer than `sketch.FEWEST_WORDS` words is no longer than this.
SHORT_CHARS = 1000
# What is published so far apart is not one piece; a day is a time zone.
SAME_DAY, SAME_MOMENT = timedelta(hours=26), timedelta(minutes=1)
NUMBER = re.compile(r"\d+")
# The kinds of ids that are a system's own number for a piece (`siteids`, and the one in an address).
COUNTED = (f"{identity.SITE_ID}post ", f"{identity.SITE_ID}slug ")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A stranger, by its place in the run, beside the held article that it may be.

    `site_id` is the key that they share, if any; `text` which part of the text; `alone` says that no third one shares
    so much of it. `listed` says that the listing still names an address of the held one, `replaced` that it names no
    more than what stood below that when it last did; `answer` is what that said of itself when it was asked. `together`
    says that several of one list are at other addresses at once, and `stays` that the old ones are good still.
    """

    place: int
    article: Article
    keys: tuple[str, ...]
    held: Held
    text: float
    site_id: str | None
    listed: bool
    alone: bool = False
    replaced: bool = False
    answer: Whereabouts | None = None
    together: bool = False
    stays: bool = False

    @property
    def same_title(self) -> bool:
        return folded(self.article.title) == folded(self.held.article.title) != ""

    @property
    def same_moment(self) -> bool:
        one, other = self.article.published, self.held.article.published
        return one is not None and other is not None and abs(one - other) <= SAME_MOMENT

    @property
    def same_day(self) -> bool:
        one, other = self.article.published, self.held.article.published
        return one is not None and other is not None and abs(one - other) <= SAME_DAY

    @property
    def contradicted(self) -> bool:
        """By the dates that both pages say."""
        dated = self.article.published is not None and self.held.article.published is not None
        return dated and not self.same_day

    @property
    def retitled(self) -> bool:
        """Whether it took the place of the held one, under another title: whatever that one's old address says.

        Nothing is new in it, it came when that one left, and nothing tells that there are two: no number of its own in
        title, address or system, no file of its own, no third one with the same text.
        """
        if self.listed or self.same_title or not self.alone or self.text < NEARLY_ALL:
            return False
        if not (self.replaced or self.same_day):
            return False
        new, old = self.article, self.held.article
        return (
            _numbers(new.title) == _numbers(old.title)
            and not _counted_apart(self.keys, self.held.keys)
            and {file.url for file in new.enclosures} == {file.url for file in old.enclosures}
            and self.same_words
        )

    @property
    def same_words(self) -> bool:
        """Whether nothing in its text is news to who has read the other."""
        return edits.compare(Words("", self.held.article.text), Words("", self.article.text)).kind != "material"

    @property
    def plausible(self) -> bool:
        """Whether enough speaks for it to look closer."""
        if self.contradicted:
            return False
        if self.site_id is not None:
            return self.same_title or self.text >= AKIN
        if self.text >= NEAR and len(sketch.words(self.article.text)) >= sketch.FEWEST_WORDS:
            return self.same_title or self.text >= NEARLY_ALL
        if not self.same_title or len(self.article.text) > SHORT_CHARS:
            return False
        short = len(sketch.words(self.article.text)) < sketch.FEWEST_WORDS
        return short and (self.text >= NEARLY_ALL or _tail(self.article) == _tail(self.held.article))

    @property
    def sure(self) -> bool:
        """Whether it needs no asking: it is not on the listing, and id or date say what title and text say too."""
        if self.listed:
            return False
        if self.retitled:
            return True
        if self.site_id is not None:
            return self.same_title and (self.text >= AKIN or self.same_moment)
        return self.same_title and self.same_moment and self.text >= NEAR

    @property
    def same(self) -> bool:
        """The verdict: what is still there as it was is another article, unless all of its list would be."""
        if self.sure or self.together:
            return True
        if self.answer is None or self.answer.kind == "unknown":
            return not self.listed and self.same_title and self.text >= NEARLY_ALL
        return self.answer.kind == "nothing" or self._led_here or not self._stands

    @property
    def still_there(self) -> bool:
        """Whether the old address, which was asked, has the same article as before, and does not lead here."""
        return self.answer is not None and self.answer.kind == "page" and not self._led_here and self._stands

    @property
    def _led_here(self) -> bool:
        assert self.answer is not None
        return any(urls.part_key(address) in self.keys for address in self.answer.addresses)

    @property
    def _stands(self) -> bool:
        """Whether a page of the same title is there still. A front page, or another piece, is there instead of it."""
        assert self.answer is not None
        fronts = all(urlsplit(address).path in ("", "/") for address in self.answer.addresses)
        return not fronts and folded(self.answer.title) == folded(self.held.article.title)

    @property
    def why(self) -> str:
        """In words, for people."""
        told = [f"the site's own id ({self.site_id.removeprefix(identity.SITE_ID)})"] if self.site_id else []
        told += ["the same title"] if self.same_title else []
        told += [f"{self.text:.0%} of the text"]
        told += ["the same date"] if self.same_moment else []
        told += ["in its place on the listing"] if self.replaced and not self.same_title else []
        if self.answer is None or self.sure:
            return ", ".join(told)
        if self.answer.kind == "nothing":
            return ", ".join((*told, f"the old address answers {self.answer.status}"))
        if self.answer.kind == "page":
            return ", ".join((*told, "the old address leads here" if self._led_here else "it left the old address"))
        return ", ".join((*told, "the old address does not answer"))


def _tail(article: Article) -> str:
    """The last step of an address, which a moved section leaves as it is."""
    return urls.INDEX.sub("/", urlsplit(article.url).path).rstrip("/").rpartition("/")[2].casefold()


def _numbers(title: str | None) -> list[str]:
    return sorted(NUMBER.findall(title or ""))


def _counted_apart(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the site's own system has another number for each."""
    one, other = set(one), set(other)
    for kind in COUNTED:
        mine, theirs = ({key for key in keys if key.startswith(kind)} for keys in (one, other))
        if mine and theirs and mine.isdisjoint(theirs):
            return True
    return False
