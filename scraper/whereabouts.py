"""Is an article still at the address where it was?"""

from dataclasses import dataclass
from typing import Literal

from scraper import dom, metadata
from scraper.errors import BadStatus, ScrapeError
from scraper.model import Access, Getter, Validators

# The statuses with which a server says that nothing is there.
NOT_THERE = (404, 410)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What an address answered: a page with these `addresses` and this `title`, that nothing is there, or neither."""

    kind: Literal["page", "nothing", "unknown"]
    addresses: tuple[str, ...] = ()
    title: str | None = None
    status: int | None = None


def ask(fetcher: Getter, url: str, access: Access) -> Whereabouts:
    """Fetch the page at `url`, following redirects, for what it says of itself. Never raises what is foreseen."""
    try:
        page = fetcher.get(url, Validators(), access)
        if page is None:
            return Whereabouts("unknown")
        said = metadata.read(dom.parse(page.content, page.url, page.content_type))
    except BadStatus as error:
        return Whereabouts("nothing" if error.status in NOT_THERE else "unknown", status=error.status)
    except ScrapeError:
        return Whereabouts("unknown")
    return Whereabouts("page", tuple(dict.fromkeys(filter(None, (page.url, said.canonical)))), said.title)
