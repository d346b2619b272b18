"""The sample site as a transport of requests: its pages without a network."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from scraper.sample import ORIGIN, document


class SampleAdapter(BaseAdapter):
    """Answers as a web server would, 304 and 404 included. Addresses in its answers are those of the site's host."""

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        path = urlsplit(request.url or "").path or "/"
        found = document(path)
        response = Response()
        response.url, response.request = ORIGIN + path, request
        if found is None:
            return _answered(response, 404, b"", {})
        etag = f'"{hashlib.sha256(found.content).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return _answered(response, 304, b"", {"ETag": etag})
        return _answered(response, 200, found.content, {"ETag": etag, "Content-Type": found.content_type})

    def close(self) -> None:
        """There is nothing to close."""


def _answered(response: Response, status: int, body: bytes, headers: Mapping[str, str]) -> Response:
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.raw = HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
    return response
