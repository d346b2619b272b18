"""The last entry of a feed: that it has ended, or where it has moved. Readers show entries, and little else."""

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from feeds.document import Entry, Feed

# So long a feed that has ended stays to say so, before its address answers "gone": readers that were away for a
# holiday have seen it then.
SAID_FOR = timedelta(days=30)
SECOND = timedelta(seconds=1)
# Between the id of a feed and the day, in the id of its last entry.
LAST = "/last/"


def last(feed: Feed, given_up: datetime, now_at: str | None) -> Feed:
    """The feed with its last entry on top. `now_at` is the address under which it goes on; None where it has ended."""
    # Newer than every other, and at no moment that another has.
    when = max([given_up.replace(microsecond=0), *(entry.updated + SECOND for entry in feed.entries)])
    gone = (given_up + SAID_FOR).date()
    if now_at:
        title = "This feed has moved"
        text = f'<p>It goes on at <a href="{escape(now_at)}">{escape(now_at)}</a>. Please subscribe there.</p>'
    else:
        title = "This feed has ended"
        text = f"<p>Nothing more will come here, and its address will answer no more from {gone} on. Goodbye.</p>"
    entry = Entry(
        id=f"{feed.id}{LAST}{given_up:%Y-%m-%d}",
        url=now_at or feed.site_url,
        title=title,
        html=text,
        published=when,
        updated=when,
        authors=(feed.author or feed.title,),
        language=None if feed.language in (None, "en") else "en",
    )
    return replace(feed, entries=(entry, *feed.entries), updated=max(feed.updated, when))


def is_last(feed: Feed, entry: Entry) -> bool:
    """Whether an entry is a feed's last words."""
    return entry.id.startswith(f"{feed.id}{LAST}")
