"""What a page is asked for: it comes, or has not changed, and then its answer may still say something."""

from scraper.model import Access, Asker, Getter, Page, Unchanged, Validators


def ask(getter: Getter, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
    """The page, or what is said where it has not changed: nothing by who only gets pages. Raises FetchError."""
    if isinstance(getter, Asker):
        return getter.ask(url, validators, access)
    return getter.get(url, validators, access) or Unchanged()


def page(answer: Page | Unchanged) -> Page | None:
    """The page that an answer brought; None where it has not changed."""
    return answer if isinstance(answer, Page) else None
