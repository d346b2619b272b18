"""What a page is asked for: it comes, or has not changed, and then its answer may still say something."""

from scraper.model import Access, Getter, Page, Unchanged, Validators


def ask(getter: Getter, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
    """The page, or what is said where it has not changed: nothing by who has no `ask` of its own. Raises FetchError."""
    ask_or_get = getattr(getter, "ask", getter.get)
    answer: Page | Unchanged | None = ask_or_get(url, validators, access)
    return answer or Unchanged()


def page(answer: Page | Unchanged) -> Page | None:
    """The page that an answer brought; None where it has not changed."""
    return answer if isinstance(answer, Page) else None
