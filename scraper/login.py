"""A log-in form, filled in by the names of its fields."""

from dataclasses import dataclass, field

from scraper import dom, urls
from scraper.errors import NotAllowedIn, ScrapeError
from scraper.model import Login, Page

ADVICE = "Check `login:` for this feed: the address, and the names of the form's fields."


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form is sent, and everything that is sent with it."""

    action: str
    fields: dict[str, str] = field(repr=False)


def form(page: Page, wanted: Login) -> Form:
    """The form on the page that has all the wanted fields, filled in; its hidden fields go with them.

    Raises NotAllowedIn where there is none.
    """
    tree = dom.parse(page.content, page.url, page.content_type)
    ours = dict(wanted.fields)
    for element in tree.document.select("form"):
        inputs = {i.attr("name") or "": i.attr("value") or "" for i in element.select("input[name]")}
        if ours.keys() <= inputs.keys():
            hidden = {i.attr("name") or "": i.attr("value") or "" for i in element.select("input[type=hidden i][name]")}
            action = urls.absolute(element.attr("action") or page.url, tree.base)
            return Form(action or page.url, hidden | ours)
    names = ", ".join(ours)
    raise NotAllowedIn(f"{page.url} has no log-in form with the fields {names}.", about=page.url, advice=ADVICE)


def check(wanted: Login, status: int, shown: Page | None, *, has_cookies: bool) -> None:
    """Raises NotAllowedIn where the form was refused: by an error, with nothing to know us by, or by showing it again.

    `shown` is the page that came as the answer, if one did.
    """
    if status >= 400 or not has_cookies or (shown is not None and _asks(shown, wanted)):
        raise NotAllowedIn(f"{wanted.url} did not let us in (HTTP {status}).", about=wanted.url, advice=ADVICE)


def _asks(page: Page, wanted: Login) -> bool:
    """Whether the page has the form."""
    try:
        form(page, wanted)
    except ScrapeError:
        return False
    return True
