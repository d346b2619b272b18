"""The frozen records of the publishing side: what is remembered, and what a run brings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from scraper.model import Article, KnownPage, Listed, Place, SiteTemplate, Validators

# What a material change does: nothing that readers are told of, it moves `updated`, it makes an entry of its own, or it
# moves `updated` and the entry begins with what changed.
Updates = Literal["silent", "bump", "new-entry", "diff"]


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a listing says that it is for good: how many looks in a row said so, the first of them at `since`."""

    url: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """What is remembered of an article to judge others by. `chars` is the length of its text.

    `titled` says that it has a title that is no date, `broken` that its characters were read in a wrong charset. `sure`
    is how much of the text is likely right (0 to 1), `language` a primary tag; None where it is not known.
    """

    dated: bool
    titled: bool
    broken: bool
    chars: int
    sure: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """What a site calls itself that it did not before, and its language then: since when, and at how many looks."""

    title: str | None
    language: str | None
    since: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a source is like when all is well.

    `runs` is how many lists it is learnt from; `listed` is the last of them in order, `tier` what found it. `sizes` are
    the links on the last lists, `shares` how much each held of what was expected of the one before; `samples` are
    articles; the newest come first in each. `newest` is the latest date of an article, `called` a new name of the site.
    """

    runs: int = 0
    listed: tuple[Listed, ...] = ()
    sizes: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()
    tier: str | None = None
    newest: datetime | None = None
    samples: tuple[Sample, ...] = ()
    called: Called | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """Runs of a source that were held, one after the other.

    `since` is when the first was, `reason` why the last was, `signal` what moved in it. `agreeing` of them, the first
    at `agreed`, moved the same and found the list `listed` (keys); `strays` is how often one found another list than
    the one before. `lasting` says that the site may well mean it.
    """

    since: datetime
    reason: str
    signal: str
    lasting: bool
    agreed: datetime
    agreeing: int = 1
    strays: int = 0
    listed: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the last run found nothing at all, which a person can't accept either."""
        return not self.listed


@dataclass(frozen=True, slots=True)
class Event:
    """A turn in the life of a source: what happened to it and when, in a sentence without its end."""

    at: datetime
    kind: Literal["degraded", "healed", "recovered", "accepted", "failing", "ended"]
    said: str


@dataclass(frozen=True, slots=True)
class Told:
    """A turn with its `number` in the store, and the feed that it befell: its name and its id."""

    number: int
    name: str
    feed_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Source:
    """What we remember of one source. Times are aware and in UTC.

    `feed_id` is the feed's own tag: URI. `title` and `language` are what the site says. `changed` is when readers
    last had something new to see, None while the first fill stands. `dirty` says that out/ is behind the store,
    `version` which state of the store that is. `rules` is a digest of the configuration last scraped with.
    `listing_full` is when the listing's bytes last came; a 304 brings none. One that is `gone` is never due.
    `baseline` is what it is like when all is well; one with a `hold` is degraded: its last good feed stands. `place` is
    where its list was found anew when the rules did not find it any more. A person may have it `rested`, which no
    configuration undoes, and may want what the next run finds, whatever that is (`accepts`). `ttl` is how long it says
    of itself, as a feed, that it need not be asked for again.
    """

    id: int
    name: str
    url: str
    feed_id: str
    rules: str
    title: str | None = None
    language: str | None = None
    listing: Validators = Validators()
    listing_full: datetime | None = None
    moved: Moved | None = None
    gone: bool = False
    paused: bool = False
    next_due: datetime | None = None
    changed: datetime | None = None
    dirty: bool = False
    version: int = 0
    failures: int = 0
    last_try: datetime | None = None
    last_ok: datetime | None = None
    last_error: str | None = None
    created: datetime | None = None
    baseline: Baseline = Baseline()
    hold: Holding | None = None
    place: Place | None = None
    rested: bool = False
    accepts: bool = False
    ttl: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a source until `until`. `token` fences off whoever held it before."""

    source: Source
    token: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Slug:
    """A name that a feed has or had. `now` is what that feed is called today, None for one that has ended.

    `given_up` is when it was renamed or ended; None also for one that had ended before that was put down. A feed that
    is merged of others has no source.
    """

    name: str
    source_id: int | None
    now: str | None
    given_up: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page of a source in the store: when it was first seen, last looked at, and when its bytes last came."""

    page: KnownPage
    first_seen: datetime
    looked: datetime
    full: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """What an article said, and when that was told: `number` counts from 1."""

    number: int
    title: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """When an article was published, as far as is known, and when it was first seen."""

    published: datetime
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """An article that we hold. `entry_id`, `published` and `first_seen` stay for life.

    `keys` are all by which the same article is recognised. `updated` moves on a material change only; `digest` is of
    what readers see; `revision` counts from 1. `told` is what it said when `updated` last moved, where small edits came
    since. `restless` counts the looks in a row at which it had changed, `seen` is a digest of what the last of them
    found. `difference` is what became of it at the last material change, as safe markup, where the feed shows that.
    `removed` is when its page was found to be gone for good; the entry stays.
    """

    entry_id: str
    article: Article
    published: datetime
    updated: datetime
    first_seen: datetime
    digest: str
    revision: int = 1
    keys: tuple[str, ...] = ()
    told: Revision | None = None
    restless: int = 0
    seen: str | None = None
    difference: str | None = None
    removed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """What a source ever gave away, so that no other entry of it may have it: entry ids, and the `updated` of each."""

    ids: frozenset[str] = frozenset()
    moments: frozenset[datetime] = frozenset()


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the ledger: a key of an article, why it was taken for the article's, and since when."""

    key: str
    by: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """How much is held of a source, and when the newest of it was published."""

    source_id: int
    entries: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """Which feed a name is of, and as of which version out/ shows it."""

    name: str
    feed_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article is, and what is known of whether it is there: the looks in a row that found nothing, and when it
    was last asked for."""

    url: str
    published: datetime
    missing: int = 0
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whether the page of the article with this key was there."""

    key: str
    there: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What one article is to us: `held` is how it is to be kept from now on.

    `refreshed` is one of which readers see something else, silently: no time moves. `by` says why it was taken for
    the article that is held, `former` is what it said before, to be kept.
    """

    kind: Literal["new", "changed", "refreshed", "same"]
    held: Held
    by: str | None = None
    former: Revision | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """An entry as it stood when its page was read again, and what is to become of it."""

    before: Held
    decision: Decision


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that is kept as it came: `requested` is what was asked for, `url` where it was in the end.

    `digest` is by what its content lies in the archive, `size` and `packed` are in bytes. `entry_id` is the entry that
    was made of it, if one was. A page is of the `listing` if it was read to find articles.
    """

    requested: str
    url: str
    content_type: str | None
    kind: Literal["listing", "article"]
    digest: str
    size: int
    packed: int
    fetched: datetime
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one run brings to the store, in one transaction.

    `fetched` are the addresses of those `pages` whose bytes came; `listing_fetched` says the same of the listing.
    `calm` are the keys of those that answered «not changed», `sightings` of articles that were looked for.
    `moved` and `gone` are kept as they are here: None and False clear what was known. `failed` says whether the run
    counts as a failure of the source; None where `error` tells. Its server wants no question before `asked_until`.
    `template` is what was learnt of the site of `url`, empty where that was nothing; `kept` are the pages that came, as
    they are kept. `baseline` replaces what was learnt, unless it is None; `hold` and `place` are kept as they are here;
    `events` join those of before. `requests` is how many pages were asked for.
    """

    decisions: tuple[Decision, ...] = ()
    pages: tuple[KnownPage, ...] = ()
    fetched: tuple[str, ...] = ()
    calm: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    listing: Validators = Validators()
    listing_fetched: bool = False
    moved: Moved | None = None
    gone: bool = False
    rules: str = ""
    title: str | None = None
    language: str | None = None
    error: str | None = None
    failed: bool | None = None
    next_due: datetime | None = None
    asked_until: datetime | None = None
    ttl: timedelta = timedelta()
    changed: datetime | None = None
    url: str = ""
    template: SiteTemplate = SiteTemplate()
    kept: tuple[Kept, ...] = ()
    baseline: Baseline | None = None
    hold: Holding | None = None
    events: tuple[Event, ...] = ()
    place: Place | None = None
    requests: int = 0

    @property
    def withheld(self) -> bool:
        """Whether a page came that the gate kept back."""
        return self.hold is not None and self.error == self.hold.reason


@dataclass(frozen=True, slots=True)
class ConfiguredMerged:
    """A feed that is merged of others, as the configuration has it now: `parts` are their names.

    `feed_id` is for one that the store does not know yet: one that it knows keeps the id it has.
    """

    name: str
    parts: tuple[str, ...]
    feed_id: str


@dataclass(frozen=True, slots=True)
class Configured:
    """A source as the configuration has it now. `rules` is a digest of what shapes its articles.

    `latest` is when it may be due at the latest as long as it is well, `latest_failing` while it fails.

    `feed_id` is for a source that the store does not know yet: one that it knows keeps the id it has.
    """

    name: str
    url: str
    rules: str
    feed_id: str
    paused: bool = False
    latest: datetime | None = None
    latest_failing: datetime | None = None
