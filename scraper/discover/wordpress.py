"""A WordPress site's own list of posts, from the API that its pages announce."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from scraper import dates, urls
from scraper.errors import NotAPage
from scraper.model import Given, Link

NAME = "wordpress"
CONFIDENCE = 0.9
FIELDS = "id,link,title,date_gmt,modified_gmt,content"
TAG = re.compile(r"<[^>]{0,2000}>")


def address(api: str, count: int) -> str:
    """Where the newest posts are (developer.wordpress.org/rest-api/reference/posts/)."""
    asked = urlencode({"per_page": min(max(count, 1), 100), "_fields": FIELDS}, safe=",")
    if "?rest_route=" in api:  # a site without pretty addresses
        return f"{api.rstrip('/')}/wp/v2/posts&{asked}"
    return f"{api.rstrip('/')}/wp/v2/posts?{asked}"


def read(content: bytes, url: str) -> tuple[Given, ...]:
    """The posts, newest first, with their text. Raises NotAPage for anything else."""
    try:
        posts = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAPage(f"{url} is not well-formed JSON.", about=url) from error
    if not isinstance(posts, list):
        raise NotAPage(f"{url} is not a list of posts.", about=url)
    return tuple(given for post in posts if isinstance(post, dict) and (given := _given(post, url)) is not None)


def _given(post: dict[str, Any], base: str) -> Given | None:
    link = post.get("link")
    url = urls.absolute(link, base) if isinstance(link, str) else None
    if url is None:
        return None
    title = " ".join(unescape(TAG.sub("", _rendered(post, "title"))).split()) or None
    published, updated = _moment(post, "date_gmt"), _moment(post, "modified_gmt")
    html = _rendered(post, "content")
    return Given(
        link=Link(urls.canonical(url), title, published, None, NAME, CONFIDENCE, ("the site's own list",)),
        html=html,
        whole=bool(html.strip()),
        updated=updated if updated != published else None,
        site_ids=(f"post {post['id']}",) if isinstance(post.get("id"), int) else (),
    )


def _rendered(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    text = value.get("rendered") if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _moment(post: dict[str, Any], name: str) -> Any:
    value = post.get(name)
    return dates.parse(f"{value}Z") if isinstance(value, str) and value else None
