"""HTTP sessions: one for each way of asking, over connections that all share."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from scraper import addresses
from scraper.guard import GuardedAdapter, Rules
from scraper.model import Access
from scraper.sample import ADDRESS, ORIGIN
from scraper.sample.adapter import SampleAdapter

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"
# Connections are kept open to this many hosts, and to each of them this many.
HOSTS_POOLED, CONNECTIONS_A_HOST = 200, 2


class Session(requests.Session):
    """One that leaves redirects and the body to us."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect is for requests, which reads the whole of its body, however long, to look where it leads."""

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        cookies: dict[str, str] | None,
        data: Any,
        timeout: tuple[float, float],
    ) -> requests.Response:
        """As `request`, whose merging of settings that nobody made takes longer than all else that is prepared
        (python bench/daemon.py --profile)."""
        jar = self.cookies
        if cookies:
            jar = jar.copy()
            jar.update(cookies)
        request = requests.PreparedRequest()
        request.prepare(method, url, headers={**self.headers, **headers}, cookies=jar, data=data)
        return self.send(request, stream=True, allow_redirects=False, timeout=timeout, proxies=self.proxies)


@dataclass(slots=True)
class Sessions:
    """Made when they are first needed; to be closed."""

    user_agent: str
    allow_private: bool
    sample: BaseAdapter = field(default_factory=SampleAdapter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _adapters: dict[Rules, GuardedAdapter] = field(default_factory=dict)
    _sessions: dict[Access, Session] = field(default_factory=dict)

    def of(self, access: Access) -> Session:
        """The session for this access. It reads nothing from the environment, and keeps no cookies but a log-in's."""
        # What goes into each request, or decides whether it is made, makes no other session.
        access = replace(access, headers=(), cookies=(), basic=None, bearer=None, delay=None, ignore_robots=False)
        session = self._sessions.get(access)
        if session is None:
            with self._lock:
                session = self._sessions.get(access) or self._made(access)
                self._sessions[access] = session
        return session

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()

    def _made(self, access: Access) -> Session:
        session = Session()
        session.trust_env = False
        session.headers.update({"User-Agent": self.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, br"})
        if access.login is None:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if access.proxy:
            session.proxies = {"http": access.proxy, "https": access.proxy}
        for prefix in ("http://", "https://"):
            session.mount(prefix, self._adapter(access))
        for prefix in (ADDRESS, ORIGIN + "/"):
            session.mount(prefix, self.sample)
        return session

    def _adapter(self, access: Access) -> GuardedAdapter:
        proxy = urlsplit(access.proxy).hostname if access.proxy else None
        rules = Rules(
            allow_private=self.allow_private if access.allow_private is None else access.allow_private,
            ports=addresses.PORTS | frozenset(access.allow_ports),
            trusted=frozenset([proxy] if proxy else ()),
        )
        if rules not in self._adapters:
            self._adapters[rules] = GuardedAdapter(
                rules, pool_connections=HOSTS_POOLED, pool_maxsize=CONNECTIONS_A_HOST, max_retries=0
            )
        return self._adapters[rules]
