"""Manners: robots.txt, and a host's pace. The clock is ours, and nobody sleeps."""

import errno
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import robots, urls
from scraper.errors import Blocked, FetchError, HostNotFound, NoConnection, NotYet, TimedOut
from scraper.hosts import Hosts, LocalHosts
from scraper.model import Access
from scraper.policy import ASKING, GLANCE, Manners, Policy

BEGIN = datetime(2024, 3, 9, 12, tzinfo=UTC)
SITE = "https://club.example"
ALL = (404, b"")


class World:
    """A policy with a clock that only sleep and `pass_` move, and sites whose robots.txt is what `files` says."""

    def __init__(self, manners: Manners = Manners(), hosts: Hosts | None = None) -> None:
        self.time = BEGIN
        self.slept: list[float] = []
        self.asked: list[str] = []
        self.files: dict[str, tuple[int, bytes] | FetchError] = {}
        self.meanwhile: Callable[[], object] = lambda: None  # what others do while we sleep
        self.policy = Policy(hosts or LocalHosts(), manners, lambda: self.time, self.sleep, self.ask)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds=seconds)
        self.meanwhile()

    def pass_(self, **length: float) -> None:
        self.time += timedelta(**length)

    def ask(self, url: str, access: Access) -> tuple[int, bytes]:
        self.asked.append(url)
        answer = self.files.get(url, ALL)
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def says(self, text: str, status: int = 200) -> None:
        self.files[f"{SITE}/robots.txt"] = (status, text.encode())

    def permit(self, path: str = "/", access: Access = Access()) -> datetime:
        """When the path may be asked for."""
        self.policy.permit(SITE + path, access)
        return self.time

    def refuses(self, path: str) -> bool:
        try:
            self.permit(path)
        except Blocked:
            return True
        return False


@pytest.fixture
def world() -> World:
    return World()


# robots.txt

RULES = """
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /private/open/not
Disallow: /*.pdf$
Disallow: /search?q=
Allow: /
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/a", True),
        ("/private", False),
        ("/privateer", False),
        ("/private/open", True),
        ("/private/open/a", True),
        ("/private/open/not", False),
        ("/a.pdf", False),
        ("/a.pdf?x", True),
        ("/search?q=a", False),
        ("/search", True),
        ("/%70rivate", False),
        ("/robots.txt", True),
    ],
)
def test_the_longest_match_decides(path: str, allowed: bool) -> None:
    world = World(Manners(delay=0))
    world.says(RULES)
    assert world.refuses(path) is not allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: Feedwright\nDisallow: /", False),
        ("User-agent: feedwright\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: otherbot\nUser-agent: feedwright\nDisallow: /", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("user-AGENT : *\r\nDISALLOW : /\r\n", False),
        ("# only a comment", True),
        ("<!doctype html><title>Not found</title>", True),
        ("\0\0\0", True),
    ],
)
def test_who_is_meant(world: World, text: str, allowed: bool) -> None:
    world.says(text)
    assert world.refuses("/a") is not allowed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 304])
def test_no_file_allows_all(world: World, status: int) -> None:
    world.says("User-agent: *\nDisallow: /", status)
    world.permit()


def test_want_of_files_on_this_machine_says_nothing_of_a_site(world: World) -> None:
    error = NoConnection("Nobody was asked.", about=SITE)
    error.__cause__ = OSError(errno.EMFILE, "Too many open files")
    world.files[f"{SITE}/robots.txt"] = error
    with pytest.raises(NoConnection, match="Nobody was asked"):
        world.permit()
    world.says("")
    world.permit()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_a_failing_server_forbids_all_for_an_hour(world: World, status: int) -> None:
    world.says("", status)
    for _ in range(3):
        with pytest.raises(NoConnection, match=r"robots.txt could not be read") as caught:
            world.permit("/a")
        assert not caught.value.permanent
        assert caught.value.about == f"{SITE}/a"
    world.pass_(minutes=59)
    with pytest.raises(NoConnection):
        world.permit()
    assert len(world.asked) == 1
    world.says("")
    world.pass_(minutes=1)
    world.permit()
    assert len(world.asked) == 2


@pytest.mark.parametrize("kind", [NoConnection, TimedOut])
def test_nobody_answers_and_is_left_alone_for_an_hour(world: World, kind: type[FetchError]) -> None:
    address = f"{SITE}/robots.txt"
    world.files[address] = kind("It did not answer.", about=address, advice="Wait.")
    with pytest.raises(kind, match="It did not answer") as caught:
        world.permit("/a")
    assert (caught.value.about, caught.value.advice) == (f"{SITE}/a", "Wait.")
    with pytest.raises(NoConnection, match="could not be read"):
        world.permit("/b")
    assert len(world.asked) == 1
    del world.files[address]
    world.pass_(hours=1)
    world.permit("/b")


@pytest.mark.parametrize("kind", [Blocked, HostNotFound])
def test_what_costs_nothing_is_asked_again(world: World, kind: type[FetchError]) -> None:
    address = f"{SITE}/robots.txt"
    world.files[address] = kind("No.", about=address)
    with pytest.raises(kind):
        world.permit()
    del world.files[address]
    world.pass_(seconds=1)
    world.permit()


def test_read_once_a_day_for_each_origin(world: World) -> None:
    world.says("User-agent: *\nDisallow: /a")
    for _ in range(24):
        assert world.refuses("/a")
        world.pass_(minutes=59, seconds=55)
    assert len(world.asked) == 1
    world.says("")
    world.pass_(minutes=5)
    assert not world.refuses("/a")
    world.policy.permit("http://club.example/", Access())
    world.policy.permit("https://club.example:8443/a", Access())
    assert world.asked == [f"{SITE}/robots.txt"] * 2 + [
        "http://club.example/robots.txt", "https://club.example:8443/robots.txt",
    ]  # fmt: skip


def test_ignored_where_that_was_said(world: World) -> None:
    world.says("User-agent: *\nDisallow: /")
    world.permit("/a", Access(ignore_robots=True))
    assert not world.asked
    assert world.refuses("/a")


def test_a_file_cut_off_is_cut_at_a_line() -> None:
    text = b"User-agent: *\n" + b"#" * (robots.MOST_BYTES - 14 - 12) + b"\nDisallow: /a"
    file = robots.answered(200, text[: robots.MOST_BYTES], BEGIN)
    assert robots.parse(file.text).allow(f"{SITE}/b")


def test_a_bomb_of_agents_and_rules_forbids_all() -> None:
    many = 15_000
    text = "".join(f"user-agent:{n}\n" for n in range(many)) + "".join(f"disallow:/{n}\n" for n in range(many))
    assert not robots.parse(text).known


def test_a_long_list_of_agents_is_no_bomb() -> None:
    text = "".join(f"User-agent: bot{n}\n" for n in range(700)) + "Disallow: /\n"
    assert robots.parse(text).allow(SITE + "/")


@given(st.text() | st.binary().map(lambda b: b.decode("utf-8", "replace")))
def test_whatever_is_in_it(text: str) -> None:
    rules = robots.parse(text)
    rules.allow(SITE + "/a?b")
    assert 0 <= rules.delay <= robots.LONGEST_DELAY


# Pace


@pytest.mark.parametrize(
    ("said", "delay"),
    [
        ("Crawl-delay: 3", 3),
        ("Crawl-delay: 0.25", 0.25),
        ("Crawl-delay: -3", 0),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: nan", 0),
        ("Crawl-delay: inf", 0),
        ("Crawl-delay: 99999999", 3600),
        ("Crawl-delay: 1" + "0" * 300, 3600),
        ("Request-rate: 1/4", 4),
        ("Request-rate: 2/1m", 30),
        ("Request-rate: 1/0", 0),
        ("Request-rate: 0/1", 0),
        ("Request-rate: 1/1" + "0" * 400, 3600),
        ("Request-rate: 1" + "0" * 400 + "/1", 0),
        ("Crawl-delay: 2\nRequest-rate: 1/4", 4),
    ],
)
def test_delay_that_the_site_asks_for(said: str, delay: float) -> None:
    assert robots.parse(f"User-agent: *\n{said}").delay == pytest.approx(delay)


def test_crawl_delay_is_kept_where_it_is_longer_than_ours(world: World) -> None:
    world.says("User-agent: *\nCrawl-delay: 3")
    times = [world.permit() for _ in range(3)]
    assert [b - a for a, b in pairwise(times)] == [timedelta(seconds=3)] * 2
    world = World(Manners(delay=4))
    world.says("User-agent: *\nCrawl-delay: 3")
    times = [world.permit() for _ in range(3)]
    assert [b - a for a, b in pairwise(times)] == [timedelta(seconds=4)] * 2


def test_robots_txt_takes_a_turn_too(world: World) -> None:
    assert world.permit() == BEGIN + timedelta(seconds=0.5)
    assert world.slept == [0.5]


def test_delay_of_one_source(world: World) -> None:
    world.says("")
    world.permit()
    times = [world.permit(access=Access(delay=2)) for _ in range(3)]
    assert [b - a for a, b in pairwise(times)] == [timedelta(seconds=2)] * 2


def test_our_own_machine_need_not_be_spared(world: World) -> None:
    for _ in range(3):
        world.policy.permit("http://127.0.0.1:8000/", Access())
    assert not world.slept
    world.policy.permit("http://127.0.0.1:8000/", Access(delay=1))
    world.policy.permit("http://127.0.0.1:8000/", Access(delay=1))
    assert world.slept == [1]


def test_beyond_our_patience_it_is_not_yet_and_no_turn_is_lost(world: World) -> None:
    access = Access(ignore_robots=True, delay=20)
    world.permit(access=access)
    for _ in range(5):
        with pytest.raises(NotYet, match=r"club\.example is to be asked again at 12:00:20 UTC") as caught:
            world.permit("/a", access)
        assert caught.value.until == BEGIN + timedelta(seconds=20)
        assert caught.value.about == f"{SITE}/a"
    assert not world.slept
    world.pass_(seconds=16)
    assert world.permit("/a", access) == BEGIN + timedelta(seconds=20)


def test_patience_to_the_second(world: World) -> None:
    world.policy.hosts.hold("club.example", BEGIN + timedelta(seconds=5))
    assert world.permit(access=Access(ignore_robots=True)) == BEGIN + timedelta(seconds=5)
    world.policy.hosts.hold("club.example", world.time + timedelta(seconds=5.1))
    with pytest.raises(NotYet):
        world.permit(access=Access(ignore_robots=True))


@pytest.mark.parametrize("delay", [6, 60, 240])
def test_long_pauses_that_a_site_asks_for_are_waited_for_where_that_is_said(delay: int) -> None:
    world = World(Manners(longest=240))
    world.says(f"User-agent: *\nCrawl-delay: {delay}")
    times = [world.permit() for _ in range(3)]
    assert [b - a for a, b in pairwise(times)] == [timedelta(seconds=delay)] * 2


def test_long_pauses_are_waited_for_no_longer_than_is_said() -> None:
    world = World(Manners(patience=5, longest=30))
    world.says("User-agent: *\nCrawl-delay: 30")
    times = [world.permit() for _ in range(2)]
    assert times[1] - times[0] == timedelta(seconds=30)
    world.policy.hosts.hold("club.example", world.time + timedelta(seconds=31))
    with pytest.raises(NotYet):
        world.permit()


def test_who_is_woken_while_he_waits_asks_for_nothing() -> None:
    hosts, woken = LocalHosts(), list[float]()

    def sleep(seconds: float) -> bool:
        woken.append(seconds)
        return True

    policy = Policy(hosts, Manners(), lambda: BEGIN, sleep, lambda *_: ALL)
    hosts.hold("club.example", BEGIN + timedelta(seconds=3))
    with pytest.raises(NotYet) as caught:
        policy.permit(SITE, Access(ignore_robots=True))
    assert (caught.value.until, woken) == (BEGIN + timedelta(seconds=3), [3])
    assert hosts.claim_robots(urls.origin(SITE), BEGIN, BEGIN + ASKING)
    with pytest.raises(NotYet):  # somebody else is asking
        policy.permit(SITE, Access())
    assert woken == [3, GLANCE]


def test_two_who_ask_a_slow_host_in_turn_both_have_theirs() -> None:
    world = World(Manners(longest=240))
    world.says("User-agent: *\nCrawl-delay: 10")
    world.permit()
    world.policy.hosts.reserve("club.example", timedelta(seconds=10), world.time, timedelta(seconds=60))
    assert world.permit() == BEGIN + timedelta(seconds=20.5)


def test_a_host_that_asked_to_be_left_alone(world: World) -> None:
    until = BEGIN + timedelta(days=1, hours=1)
    world.policy.hosts.hold("club.example", until)
    for scheme in ("https", "http"):
        with pytest.raises(NotYet, match="2024-03-10 13:00 UTC") as caught:
            world.policy.permit(f"{scheme}://club.example/other", Access(ignore_robots=True))
        assert caught.value.until == until
    world.policy.permit("https://other.example/", Access())
    world.policy.hosts.hold("club.example", BEGIN)  # a shorter word does not undo a longer one
    with pytest.raises(NotYet):
        world.permit()
    world.pass_(days=1, hours=1)
    world.permit()


def test_who_has_a_turn_gives_it_up_where_the_host_asks_meanwhile_to_be_left_alone(world: World) -> None:
    access = Access(ignore_robots=True)
    until = BEGIN + timedelta(hours=1)
    world.permit(access=access)
    world.meanwhile = lambda: world.policy.hosts.hold("club.example", until)
    with pytest.raises(NotYet) as caught:
        world.permit("/a", access)
    assert caught.value.until == until
    assert world.slept == [0.5]


def test_a_pause_within_our_patience_is_waited_for_and_ever_new_ones_are_not(world: World) -> None:
    access = Access(ignore_robots=True)
    until = BEGIN + timedelta(seconds=2)
    world.permit(access=access)
    world.meanwhile = lambda: world.policy.hosts.hold("club.example", until)
    assert world.permit("/a", access) == until
    world.meanwhile = lambda: world.policy.hosts.hold("club.example", world.time + timedelta(seconds=3))
    with pytest.raises(NotYet) as caught:
        world.permit("/b", access)
    assert caught.value.until == world.time + timedelta(seconds=3)
    assert world.slept == [0.5, 1.5, 0.5, 3.0]


def test_two_threads_keep_the_gap() -> None:
    hosts, delay, turns = LocalHosts(), timedelta(seconds=2), list[datetime]()

    def take() -> None:
        for _ in range(200):
            turns.append(hosts.reserve("club.example", delay, BEGIN, timedelta(days=1)))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(turns) == [BEGIN + delay * n for n in range(400)]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), max_size=20))
def test_no_turn_is_earlier_than_the_delay_before_it(steps: list[tuple[float, float]]) -> None:
    hosts, now, free, patience = LocalHosts(), BEGIN, BEGIN, timedelta(seconds=5)
    for passed, seconds in steps:
        now += timedelta(seconds=passed)
        turn = hosts.reserve("club.example", timedelta(seconds=seconds), now, patience)
        assert turn == max(now, free)
        if turn - now <= patience:
            free = turn + timedelta(seconds=seconds)


def test_many_who_come_at_once_ask_for_one_robots_txt() -> None:
    asked: list[str] = []
    together = threading.Barrier(8)

    def ask(url: str, access: Access) -> tuple[int, bytes]:
        asked.append(url)
        return 200, b""

    policy = Policy(LocalHosts(), Manners(delay=0), lambda: BEGIN, lambda seconds: None, ask)

    def come(_: int) -> None:
        together.wait(5)
        policy.permit("https://club.example/a", Access())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, range(8)))
    assert asked == ["https://club.example/robots.txt"]


def test_where_the_host_is_to_be_left_alone_nobody_waits_for_its_robots_txt(world: World) -> None:
    until = BEGIN + timedelta(hours=1)
    world.policy.hosts.hold("club.example", until)
    for _ in range(2):
        with pytest.raises(NotYet) as caught:
            world.permit()
        assert caught.value.until == until
    assert (world.slept, world.asked) == ([], [])


def test_who_has_waited_for_a_robots_txt_long_enough_asks_for_it(world: World) -> None:
    """Also where the claim was made by a clock that was put back since."""
    ahead = BEGIN + timedelta(hours=1)
    assert world.policy.hosts.claim_robots(SITE, ahead, ahead + ASKING)
    world.policy.robots(SITE, Access())
    assert world.time == BEGIN + ASKING
    assert world.asked == [f"{SITE}/robots.txt"]


def test_a_clock_that_is_put_back_meanwhile_ends_the_wait_for_a_robots_txt(world: World) -> None:
    assert world.policy.hosts.claim_robots(SITE, BEGIN, BEGIN + ASKING)
    world.meanwhile = lambda: world.pass_(hours=-1)
    world.policy.robots(SITE, Access())
    assert world.asked == [f"{SITE}/robots.txt"]
    assert len(world.slept) == 1
