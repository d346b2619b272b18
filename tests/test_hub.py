"""Subscribers are asked back, get what is new at once, signed, and are forgotten when their lease is over."""

import hashlib
import hmac
import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feeds import publish
from feeds import serving as serving_room
from feeds.configuration import Config, FeedConfig
from feeds.sections import Network, WebSub
from feeds.store import Store
from feeds.subscribers import Subscribers
from feeds.web import hub as room
from feeds.web.hub import Hub
from scraper.callbacks import Caller
from tests.live import Post, blog
from tests.program import until
from tests.subscriber import Subscriber, subscriber
from tests.test_daemon import running
from tests.test_web import FEED, OTHER, body, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = "https://feeds.example/club.atom"
SECRET = "what only the two of us know"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Bench:
    """A hub with a store of its own, over a folder with one feed; `now` is what its clock shows."""

    config: Config
    store: Store
    hub: Hub = field(init=False)
    now: datetime = NOW

    def __post_init__(self) -> None:
        network = self.config.network
        caller = Caller("test", allow_private=network.allow_private, allow_ports=network.allow_ports)
        self.hub = Hub(self.config, self.subscribers, caller, lambda: self.now)

    @property
    def subscribers(self) -> Subscribers:
        return Subscribers(self.store)

    def wish(self, callback: str, mode: str = "subscribe", topic: str = TOPIC, **more: str) -> int:
        form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
        return self.hub.receive(form | {f"hub.{key}": value for key, value in more.items()}).status

    def work(self) -> int:
        """Do all that is due."""
        begun = 0
        while more := self.hub.work(wait=True):
            begun += more
        return begun

    def publish(self, content: bytes) -> None:
        publish.write(self.config.out / "club.atom", content)
        self.subscribers.announce([TOPIC], self.config.other_hubs, self.now)


def made(out: Path, *hubs: str, allow_private: bool = True) -> Config:
    club = FeedConfig("club", "https://club.example/")
    secret = FeedConfig("secret", "https://secret.example/", token="a-token-of-20-letters")
    return Config(
        (club, secret),
        base_url="https://feeds.example",
        out=out,
        network=Network(allow_private=allow_private),
        websub=WebSub(hubs or ("self",)),
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    publish.write(tmp_path / "club.atom", FEED)
    with Store.open(None) as store:
        bench = Bench(made(tmp_path), store)
        with closing(bench.hub):
            yield bench


@pytest.fixture
def reader() -> Iterator[Subscriber]:
    with subscriber() as reader:
        yield reader


def signature(content: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def test_who_subscribes_is_asked_back_and_gets_what_is_new(bench: Bench, reader: Subscriber) -> None:
    assert bench.wish(reader.address, secret=SECRET, lease_seconds="864000") == 202
    assert reader.asked == []  # it is asked later: the answer to the wish waits for nobody
    bench.work()
    asked = reader.asked[0]
    assert len(asked.pop("hub.challenge")) > 30
    assert asked == {"of": "club", "hub.mode": "subscribe", "hub.topic": TOPIC, "hub.lease_seconds": "864000"}
    assert reader.pushed == []  # nothing is new yet
    bench.publish(OTHER)
    bench.work()
    push = reader.pushed.pop()
    assert (push.path, push.content) == ("/push?of=club", OTHER)
    assert push.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert push.headers["Link"] == f'<https://feeds.example/hub>; rel="hub", <{TOPIC}>; rel="self"'
    assert push.headers["X-Hub-Signature"] == signature(OTHER) != signature(OTHER, "another secret")
    assert bench.work() == 0
    assert reader.pushed == []


def test_without_a_secret_nothing_is_signed(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    bench.publish(OTHER)
    bench.work()
    assert "X-Hub-Signature" not in reader.pushed[0].headers


def test_who_did_not_mean_it_is_not_subscribed(bench: Bench, reader: Subscriber) -> None:
    reader.confirms = False
    bench.wish(reader.address)
    bench.work()
    bench.publish(OTHER)
    assert bench.work() == 0
    assert (len(reader.asked), reader.pushed) == (1, [])


def test_a_lease_ends(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address, lease_seconds="86400")
    bench.work()
    bench.now += DAY - timedelta(seconds=1)
    bench.publish(OTHER)
    bench.work()
    assert len(reader.pushed) == 1
    bench.now += timedelta(seconds=1)
    bench.publish(FEED)
    assert bench.work() == 0
    bench.subscribers.expire(bench.now)
    assert bench.subscribers.counted("127.0.0.1") == (0, 0)


def test_a_lease_that_is_renewed_in_time_goes_on_with_the_new_secret(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address, secret=SECRET, lease_seconds="86400")
    bench.work()
    bench.now += DAY / 2
    bench.wish(reader.address, secret="another", lease_seconds="86400")
    bench.publish(OTHER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "confirms", False)  # a stranger's wish changes nothing
        bench.work()
    assert reader.pushed[-1].headers["X-Hub-Signature"] == signature(OTHER)
    bench.wish(reader.address, secret="another", lease_seconds="86400")
    bench.work()
    bench.now += DAY * 0.75
    bench.publish(FEED)
    bench.work()
    assert reader.pushed[-1].headers["X-Hub-Signature"] == signature(FEED, "another")


def test_who_leaves_is_asked_too(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    reader.confirms = False
    assert bench.wish(reader.address, "unsubscribe") == 202
    bench.work()
    bench.publish(OTHER)
    bench.work()
    assert len(reader.pushed) == 1  # a stranger's wish
    reader.confirms = True
    bench.wish(reader.address, "unsubscribe")
    bench.work()
    assert reader.asked[-1]["hub.mode"] == "unsubscribe"
    bench.publish(FEED)
    assert bench.work() == 0


def test_who_does_not_answer_is_tried_again_and_gets_the_newest(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    reader.status = 500
    bench.publish(OTHER)
    for wait in room.AGAIN:
        bench.work()
        bench.now += wait - timedelta(seconds=1)
        assert bench.work() == 0
        bench.now += timedelta(seconds=1)
    bench.work()
    assert len(reader.pushed) == len(room.AGAIN) + 1
    bench.now += DAY
    assert bench.work() == 0  # given up, but not forgotten
    reader.status = 200
    bench.publish(FEED)
    bench.work()
    assert reader.pushed[-1].content == FEED


@pytest.mark.parametrize(("status", "again"), [(302, True), (404, True), (410, False)])
def test_a_subscriber_that_is_gone_is_forgotten_and_none_is_followed(
    bench: Bench, reader: Subscriber, status: int, again: bool
) -> None:
    bench.wish(reader.address)
    bench.work()
    reader.status = status
    bench.publish(OTHER)
    bench.work()
    assert [push.path for push in reader.pushed] == ["/push?of=club"]
    bench.now += room.AGAIN[0]
    assert bench.work() == again


CLUB, SECOND = FeedConfig("club", "https://club.example/"), FeedConfig("second", "https://second.example/")


@pytest.mark.parametrize(
    "feed",
    [
        replace(CLUB, name="paper"),
        replace(CLUB, token="a-token-of-20-letters"),
        replace(CLUB, formats=("atom",)),
        SECOND,
    ],
    ids=["renamed", "with a token", "in fewer formats", "ended"],
)
def test_who_is_subscribed_to_what_is_not_pushed_any_more_is_told(
    bench: Bench, reader: Subscriber, feed: FeedConfig
) -> None:
    topic = TOPIC.replace(".atom", ".rss")
    publish.write(bench.config.out / "club.rss", FEED)
    bench.wish(reader.address, topic=topic)
    bench.work()
    bench.hub.use(replace(bench.config, feeds=(replace(CLUB, limit=9),)))
    assert bench.work() == 0
    bench.hub.use(replace(bench.config, feeds=(feed,)))
    bench.work()
    reason = "This feed is not pushed any more."
    assert reader.asked[1:] == [{"of": "club", "hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}]
    assert reader.pushed == [] and bench.subscribers.topics() == ()
    assert bench.work() == 0 and bench.wish(reader.address, topic=topic) == 404


def test_a_wish_for_what_is_not_pushed_any_more_when_it_is_verified_is_denied(bench: Bench, reader: Subscriber) -> None:
    assert bench.wish(reader.address) == 202
    bench.hub.use(replace(bench.config, feeds=(SECOND,)))
    bench.work()
    assert [asked["hub.mode"] for asked in reader.asked] == ["denied"]
    assert bench.subscribers.counted("127.0.0.1") == (0, 0)


def test_who_can_not_be_told_is_tried_again_and_forgotten(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    bench.hub.use(replace(bench.config, feeds=(SECOND,)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench.hub, "_caller", Caller("test", allow_private=False))
        bench.work()
    assert bench.subscribers.topics() == ()  # its address is refused for good
    assert len(reader.asked) == 1


def test_a_feed_whose_file_is_gone_for_a_while_is_denied_to_nobody(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    (bench.config.out / "club.atom").unlink()
    bench.hub.use(bench.config)
    assert bench.work() == 0 and bench.subscribers.topics() == (TOPIC,)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"mode": "publish"}, 400),
        ({"mode": ""}, 400),
        ({"topic": "https://feeds.example/nothing.atom"}, 404),
        ({"topic": "https://feeds.example/secret.atom"}, 404),
        ({"topic": "https://feeds.example/club/archive-0001.atom"}, 404),
        ({"topic": "https://feeds.example/club.html"}, 404),
        ({"topic": "https://other.example/club.atom"}, 404),
        ({"topic": "https://feeds.example/../config.yaml"}, 404),
        ({"topic": "https://feeds.example/.state/feedwright.db"}, 404),
        ({"topic": ""}, 404),
        ({"callback": "ftp://club.example/"}, 400),
        ({"callback": "nonsense"}, 400),
        ({"callback": "http://ann:pw@club.example/"}, 400),
        ({"callback": "http://club.example/#x"}, 400),
        ({"callback": "http://club.example:99999/"}, 400),
        ({"callback": "http://club.example/\r\nX: y"}, 400),
        ({"callback": "http://club.example/" + "x" * 2000}, 400),
        ({"secret": "x" * 200}, 400),
        ({"lease_seconds": "-1"}, 400),
        ({"lease_seconds": "ten"}, 400),
        ({"lease_seconds": "9" * 99}, 400),
    ],
)
def test_a_wish_that_is_refused(bench: Bench, changed: dict[str, str], status: int) -> None:
    for name in ("secret.atom", ".state/private/secret.atom", "club/archive-0001.atom", "club.html"):
        publish.write(bench.config.out / name, FEED)
    form = {"callback": "http://127.0.0.1:1/", "mode": "subscribe", "topic": TOPIC} | changed
    assert bench.wish(**form) == status
    assert bench.subscribers.counted("127.0.0.1:1") == (0, 0)


def test_a_lease_is_neither_for_a_moment_nor_for_ever(bench: Bench, reader: Subscriber) -> None:
    for asked in ("1", "99999999"):
        bench.wish(reader.address, lease_seconds=asked)
        bench.work()
    assert [int(a["hub.lease_seconds"]) for a in reader.asked] == [room.SHORTEST, room.LONGEST]


def test_callbacks_to_private_addresses_are_refused(bench: Bench, reader: Subscriber) -> None:
    config = replace(bench.config, network=Network())
    strict = Bench(config, bench.store)
    with closing(strict.hub):
        for host in ("127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"):
            assert strict.wish(f"http://{host}/") == 400, host
        # A name that leads there is found out when it is called.
        bench.wish(reader.address)
        strict.work()
    assert reader.asked == []
    assert strict.subscribers.counted("127.0.0.1") == (0, 0)


def test_no_host_takes_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_A_HOST", 3)
    monkeypatch.setattr(room, "MOST_IN_ALL", 5)
    one = [bench.wish(f"http://127.0.0.1:1/{n}") for n in range(4)]
    other = [bench.wish(f"http://127.0.0.1:2/{n}") for n in range(3)]
    assert (one, other) == ([202, 202, 202, 429], [202, 202, 429])


def test_what_a_killed_process_had_begun_is_done_by_another(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    bench.publish(OTHER)
    assert bench.subscribers.claim_delivery(bench.now) is not None
    assert bench.work() == 0
    bench.now += timedelta(minutes=2)
    bench.work()
    assert len(reader.pushed) == 1


def test_a_bug_in_a_call_is_told_and_holds_up_nothing(
    bench: Bench, reader: Subscriber, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such thing")

    with monkeypatch.context() as patched:
        patched.setattr(Caller, "get", broken)
        for number in range(room.CALLS_A_HOST):
            bench.wish(f"{reader.address}&n={number}")
        with pytest.raises(ValueError, match="no such thing"):
            bench.work()
    assert "hub call crashed" in caplog.text and "no such thing" in caplog.text
    bench.wish(f"{reader.address}&n=9")
    until(lambda: bench.work() or reader.asked)


def test_where_there_is_no_thread_for_a_call_it_is_made_when_there_is(
    bench: Bench, reader: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    callbacks = {f"{reader.address}&n={number}" for number in range(room.CALLS_A_HOST + 1)}
    for callback in callbacks:
        bench.wish(callback)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refused)
        for _ in callbacks:
            with pytest.raises(RuntimeError, match="new thread"):
                bench.work()
    bench.now += timedelta(minutes=2)
    bench.work()
    assert {asked["n"] for asked in reader.asked} == {"0", "1", "2"}


def test_a_bug_does_not_end_the_hub(
    bench: Bench, reader: Subscriber, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work, crashes = bench.hub.work, iter(range(2))

    def sometimes() -> int:
        for number in crashes:
            raise RuntimeError(f"bug {number}")
        return work()

    monkeypatch.setattr(serving_room, "PUSH_SECONDS", 0.01)
    monkeypatch.setattr(bench.hub, "work", sometimes)
    bench.wish(reader.address)
    with serving(bench.config, hub=bench.hub):
        until(lambda: reader.asked)
    assert caplog.text.count("hub crashed") == 2 and "bug 1" in caplog.text


def test_news_that_come_while_others_are_delivered_are_not_lost(bench: Bench, reader: Subscriber) -> None:
    bench.wish(reader.address)
    bench.work()
    bench.publish(OTHER)
    delivery = bench.subscribers.claim_delivery(bench.now)
    assert delivery is not None
    bench.publish(FEED)
    bench.subscribers.delivered(delivery)
    bench.work()
    assert [push.content for push in reader.pushed] == [FEED]


def test_statement_49_another_hub_is_told_once_the_bytes_are_there(tmp_path: Path) -> None:
    with subscriber() as other, Store.open(None) as store:
        bench = Bench(made(tmp_path, other.address), store)
        with closing(bench.hub):
            other.status = 503
            bench.publish(FEED)
            bench.work()
            bench.now += room.AGAIN[0]
            other.status = 204
            bench.work()
            assert bench.work() == 0
    form = urlencode({"hub.mode": "publish", "hub.url": TOPIC, "hub.topic": TOPIC}).encode()
    assert [push.content for push in other.pushed] == [form, form]


@pytest.mark.parametrize("hubs", [("self",), ("https://hub.example/?x=1", "self")])
def test_statement_49_a_feed_names_its_hubs(tmp_path: Path, hubs: tuple[str, ...]) -> None:
    config = made(tmp_path, *hubs)
    for name in ("club.atom", "club.html", "club/2025.atom"):
        publish.write(tmp_path / name, FEED)
    said = [f'<{"https://feeds.example/hub" if hub == "self" else hub}>; rel="hub"' for hub in hubs]
    with serving(config) as server:
        for method in ("GET", "HEAD"):
            response = server.get("/club.atom", method)
            assert response.headers["Link"] == ", ".join([*said, f'<{TOPIC}>; rel="self"'])
        assert server.get("/club.atom", If_None_Match="*").headers["Link"]
        assert server.get("/club.html").headers["Link"] is None
        assert server.get("/club/2025.atom").headers["Link"] is None
    with serving(replace(config, websub=WebSub())) as server:
        assert server.get("/club.atom").headers["Link"] is None
        assert server.get("/hub", "POST").status == 404


def post(port: int, body: bytes, kind: str = "application/x-www-form-urlencoded", path: str = "/hub") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("POST", path, body, {"Content-Type": kind})
        return connection.getresponse().status


def test_the_door(bench: Bench) -> None:
    good = urlencode({"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": "http://127.0.0.1:1/"}).encode()
    with serving(bench.config, hub=bench.hub) as server:
        assert post(server.port, good) == 202
        assert post(server.port, good, "application/x-www-form-urlencoded; charset=utf-8") == 202
        assert post(server.port, good, "application/json") == 415
        assert post(server.port, b"x" * 20_000) == 413
        assert post(server.port, b"\xff\xfe") == 400
        assert post(server.port, b"&".join(b"x%d=1" % n for n in range(100))) == 400
        assert post(server.port, b"") == 400
        assert server.get("/hub").status == 405
        assert b"config" not in body(server.get("/hub"))


def test_a_subscriber_has_a_new_article_within_seconds(tmp_path: Path, reader: Subscriber) -> None:
    """From the site to the subscriber, with the daemon as it is run."""
    with blog(Post("one", "One is here", "2026-01-01"), Post("none", "None is here", "2025-12-31")) as site:
        (tmp_path / "config.yaml").write_text(
            f"feeds: [{{name: club, url: '{site.address}', every: 1s}}]\n"
            "network: {allow_private: true}\nwebsub: {hub: self}\n",
            encoding="utf-8",
        )
        with running(tmp_path) as daemon:
            until(daemon.entries)
            topic = f"{daemon.address}club.atom"
            # base_url stays as it is configured, whatever port is taken.
            wish = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": reader.address, "hub.secret": SECRET}
            port = int(daemon.address.rstrip("/").rpartition(":")[2])
            assert post(port, urlencode(wish).encode()) == 202
            until(lambda: reader.asked)
            site.posts.insert(0, Post("two", "Two is here", "2026-01-02"))
            until(lambda: any(b"Two is here" in push.content for push in list(reader.pushed)))
    push = reader.pushed[-1]
    assert push.headers["X-Hub-Signature"] == signature(push.content)
    assert f'<{topic}>; rel="self"' in push.headers["Link"]
