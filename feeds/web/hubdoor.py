"""Where subscribers knock: their forms, as far as they are fit to be read, go to the hub."""

import time
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from feeds.errors import StoreError
from feeds.web import fairness
from feeds.web.hub import Hub

# A form has two addresses, a secret and a number; whoever sends more means something else.
MOST_BYTES, MOST_FIELDS = 16_384, 50
# After how many seconds it is worth trying again where a host has too many subscriptions, or the store is busy.
LATER = 3600
FORM = "application/x-www-form-urlencoded"


class HubDoor:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._fairness = fairness.Fairness()

    async def answer(self, request: Request) -> Response:
        """One wish. A client has as many as bodies of feeds, some thousand at once."""
        peer = request.client.host if request.client else ""
        client = fairness.client(peer, request.headers.get("x-forwarded-for"))
        if client and (wait := self._fairness.wait(client, "", conditional=False, now=time.monotonic())):
            return _said(429, "That was much at once.", wait)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return _said(415, f"Wishes are sent as {FORM}.")
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return _said(413, "That is more than a wish.")
        try:
            form = dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
        except ValueError:
            return _said(400, "That is no form.")
        try:
            said = await run_in_threadpool(self._hub.receive, form)
        except StoreError:
            return _said(503, "The hub is busy.", 30)
        return _said(said.status, said.words, LATER if said.status == 429 else None)


def _said(status: int, words: str, wait: int | None = None) -> Response:
    headers = {"X-Content-Type-Options": "nosniff"}
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return PlainTextResponse(f"{words}\n", status_code=status, headers=headers)
