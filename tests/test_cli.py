"""The command as its users run it: what it prints where, how it ends, and what it says when it can't."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import feedparser
import pytest

from feeds import cli
from tests.live import SENTENCE, Blog, Post, blog
from tests.program import COMMAND, PATIENCE, feedwright, started, until
from tests.schema import atom_errors

EXAMPLE = Path(__file__).parents[1] / "config.yaml"
MERGED = "  - {name: both, merge: [lantern]}\n"
COMMANDS = sorted(cli.main.commands)
SAMPLE = "sample://lantern.example/"
POSTS = (Post("a-storm-is-coming", "A storm is coming", "2026-02-02"), Post("the-ferry-is-late", "The ferry is late"))
GONE = b"".join(
    b'<article><h2><a href="/gone/post-number-%d">A post that is gone</a></h2></article>' % n for n in range(3)
)
PAGE = f"<title>Storm</title><main><h1>Storm</h1><p>{SENTENCE * 4}</p></main>".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the example's config.yaml."""
    shutil.copy(EXAMPLE, tmp_path / "config.yaml")
    return tmp_path


@pytest.fixture(scope="module")
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        site.pages = {
            "/picture": ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
            "/empty": ("text/html", b""),
            "/gone-posts": ("text/html", b"<title>Gone</title><main>" + GONE + b"</main>"),
            "/nothing": ("text/html", b"<title>Nothing</title><p>Nothing to see.</p>"),
        }
        yield site


def write(folder: Path, text: str) -> None:
    (folder / "config.yaml").write_text(text, encoding="utf-8")


# Help


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(folder: Path, name: str) -> None:
    done = feedwright(name, "--help", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"Example:\n      feedwright {name}".encode() in done.stdout
    for option in (b"--config", b"--verbose", b"--quiet", b"--help"):
        assert option in done.stdout


def test_help_comes_at_once() -> None:
    """None of what takes long to load is loaded for it."""
    slow = {"apscheduler", "feedgen", "feedparser", "pydantic", "requests", "sqlalchemy", "turbohtml", "uvicorn"}
    code = f"""
import sys
from feeds import cli
for name in cli.main.commands:
    cli.main([name, "--help"], standalone_mode=False)
sys.stderr.write(str({slow!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stderr == "set()"


def test_help_of_the_whole_lists_the_commands(folder: Path) -> None:
    done = feedwright("--help", cwd=folder)
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} ".encode() in done.stdout


def test_every_option_says_what_it_does() -> None:
    for command in cli.main.commands.values():
        assert [each.name for each in command.params if isinstance(each, click.Option) and not each.help] == []


# What can't be done is said in one line


def refused(done: subprocess.CompletedProcess[bytes], code: int, *words: str) -> None:
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert said.startswith("error: ") and said.count("\n") == 1 and said.endswith("\n"), said
    assert done.stdout == b""
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], ["frobnicate", "feedwright --help"]),
        (["--frobnicate"], ["--frobnicate", "feedwright --help"]),
        (["fetch"], ["URL", "NAME", "--all"]),
        (["fetch", "lantern", "--all"], ["NAMEs, or --all, and not both"]),
        (["fetch", "https://club.example/", "--all"], ["NAMEs, or --all, and not both"]),
        (["fetch", "--frobnicate"], ["--frobnicate", "feedwright fetch --help"]),
        (["fetch", "nobody"], ["nobody", "lantern"]),
        (["fetch", "lantern", "nobody"], ["nobody", "lantern"]),
        (["fetch", "gopher://club.example/"], ["gopher://club.example/", "http://"]),
        (["fetch", "http://"], ["http://"]),
        (["add", "--yes", ""], ["An empty string is not the address"]),
        (["show"], ["NAME"]),
        (["show", "nobody"], ["nobody", "lantern"]),
        (["extract", "nowhere.html", "--url", "https://club.example/"], ["nowhere.html", "directory. See"]),
        (["extract", "config.yaml"], ["--url"]),
        (["extract", "config.yaml", "--url", "nonsense"], ["nonsense", "http://"]),
        (["run", "--port", "99999"], ["--port", "65535"]),
        (["serve", "--port", "x"], ["--port"]),
    ],
    ids=" ".join,
)
def test_wrong_usage(folder: Path, arguments: list[str], words: list[str]) -> None:
    refused(feedwright(*arguments, cwd=folder), 2, *words)


WITH_CONFIG = [["fetch", "--all"], ["run"], ["serve"], ["list"], ["show", "lantern"], ["check"]]


@pytest.mark.parametrize("arguments", WITH_CONFIG, ids=" ".join)
def test_no_configuration(tmp_path: Path, arguments: list[str]) -> None:
    refused(feedwright(*arguments, cwd=tmp_path), 2, "config.yaml", str(tmp_path), "feedwright add URL", "--config")
    refused(feedwright(*arguments, "--config", "other.yaml", cwd=tmp_path), 2, "other.yaml")


@pytest.mark.parametrize("arguments", WITH_CONFIG, ids=" ".join)
def test_a_wrong_key(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, "feeds:\n  - name: lantern\n    ulr: sample://lantern.example/\n")
    refused(feedwright(*arguments, cwd=tmp_path), 2, "config.yaml:", "feeds[0].", "url")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("select: {item: '.card['}", ["lantern", "select.item", ".card["]),
        ("select: {content: '.card['}", ["lantern", "select.content", ".card["]),
        ("recipe: broken.py", ["lantern", "broken.py", "SyntaxError"]),
        ("recipe: empty.py", ["lantern", "empty.py", "links"]),
    ],
)
def test_rules_that_cannot_work(tmp_path: Path, line: str, words: list[str]) -> None:
    (tmp_path / "broken.py").write_text("def links(", encoding="utf-8")
    (tmp_path / "empty.py").write_text("", encoding="utf-8")
    write(tmp_path, f"feeds:\n{MERGED}  - name: lantern\n    url: {SAMPLE}\n    {line}\n")
    refused(feedwright("check", cwd=tmp_path), 2, "config.yaml:5: lantern: ", *words)
    refused(feedwright("fetch", "--all", cwd=tmp_path), 1, "config.yaml:5: ", *words)
    assert b"config.yaml:5: " in feedwright("status", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("gone", 1, ["404"]),
        ("picture", 1, ["web page"]),
        ("empty", 3, ["JavaScript"]),
        ("nothing", 3, ["No articles", "select"]),
    ],
)
def test_pages_that_make_no_feed(tmp_path: Path, site: Blog, path: str, code: int, words: list[str]) -> None:
    url = site.address + path
    refused(feedwright("fetch", url, "--allow-private", cwd=tmp_path), code, url, *words)
    write(tmp_path, f"feeds: [{{name: club, url: {url}}}]\nnetwork: {{allow_private: true}}\n")
    refused(feedwright("fetch", "--all", cwd=tmp_path), code, "club: ", url, *words)


def test_addresses_where_nobody_answers(tmp_path: Path, site: Blog) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    refused(feedwright("fetch", url, "--allow-private", cwd=tmp_path), 1, url, "nobody answers")
    url = "http://no-such-host.invalid/"
    refused(feedwright("fetch", url, cwd=tmp_path), 1, url, "no host of that name", "spelling")
    refused(feedwright("fetch", site.address, cwd=tmp_path), 1, site.address, "not a public address", "--allow-private")


@pytest.mark.parametrize("out", ["a-file", "/sys/feedwright", "/proc/feedwright"])
@pytest.mark.parametrize("arguments", [["fetch", "--all"], ["run", "--port", "0"]], ids=" ".join)
def test_a_folder_in_which_nothing_can_be_made(tmp_path: Path, out: str, arguments: list[str]) -> None:
    (tmp_path / "a-file").touch()
    write(tmp_path, f"feeds: [{{name: lantern, url: {SAMPLE}}}]\nout: {out}\n")
    refused(feedwright(*arguments, cwd=tmp_path), 1, out, "out:")


def test_a_file_that_cannot_be_replaced(folder: Path) -> None:
    (folder / "out" / "lantern.atom" / "x").mkdir(parents=True)
    refused(feedwright("fetch", "--all", cwd=folder), 1, "lantern.atom", "written to")


@pytest.mark.parametrize("size", [0, 10_000, 100_000])
def test_a_full_disk(folder: Path, size: int) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    refused(started("fetch", "--all", cwd=folder, preexec_fn=full), 1, str(folder / "out"), "disk")
    assert not list(folder.glob("out/*.atom"))
    done = feedwright("fetch", "--all", cwd=folder)
    assert (done.returncode, done.stderr.count(b"12 new")) == (0, 1), done.stderr


def test_a_full_disk_keeps_the_feed(folder: Path) -> None:
    assert feedwright("fetch", "--all", cwd=folder).returncode == 0
    before = (folder / "out" / "lantern.atom").read_bytes()
    write(folder, f"feeds: [{{name: lantern, url: {SAMPLE}, title: Another}}]\n")

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    refused(started("fetch", "--all", cwd=folder, preexec_fn=full), 1, str(folder / "out"), "disk")
    assert (folder / "out" / "lantern.atom").read_bytes() == before
    assert feedwright("fetch", "--all", cwd=folder).returncode == 0
    assert b"<title>Another</title>" in (folder / "out" / "lantern.atom").read_bytes()


# What can be done


def test_a_page_as_a_feed(tmp_path: Path) -> None:
    one, two = (feedwright("fetch", SAMPLE, cwd=tmp_path) for _ in range(2))
    assert (one.returncode, one.stdout) == (0, two.stdout)
    assert atom_errors(one.stdout) == []
    assert len(feedparser.parse(one.stdout).entries) == 12
    assert one.stderr.decode() == f"{SAMPLE}: 12 links by listing; 12 entries.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_list_of_articles_that_can_not_be_read(tmp_path: Path, site: Blog) -> None:
    done = feedwright("fetch", "--allow-private", f"{site.address}gone-posts", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"none of the 3 articles that it lists could be read." in done.stderr


def test_a_live_page_as_a_feed(tmp_path: Path, site: Blog) -> None:
    done = feedwright("fetch", site.address, "--allow-private", cwd=tmp_path)
    assert done.returncode == 0
    assert [entry.title for entry in feedparser.parse(done.stdout).entries] == [post.title for post in POSTS]


def test_an_article_alone_is_a_feed_of_one(tmp_path: Path, site: Blog) -> None:
    done = feedwright("fetch", f"{site.address}post/{POSTS[0].slug}", "--allow-private", cwd=tmp_path)
    assert done.returncode == 0
    assert [entry.title for entry in feedparser.parse(done.stdout).entries] == [POSTS[0].title]


def test_configured_feeds(folder: Path) -> None:
    done = started("fetch", "--all", cwd=folder)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"lantern: 12 new, 0 changed; out/lantern.atom written (12 entries).\n"
    write(folder, EXAMPLE.read_text(encoding="utf-8").replace("\nfeeds:\n", f"\nfeeds:\n{MERGED}"))
    lantern = "lantern: 0 new, 0 changed; out/lantern.atom stays as it is.\n"
    for both in ("out/both.atom written (12 entries)", "out/both.atom stays as it is"):
        assert feedwright("fetch", "both", cwd=folder).stderr.decode() == f"{lantern}both: {both}.\n"
    written = {path.name for path in (folder / "out").iterdir()}
    assert {".state", "index.html", *(f"lantern.{form}" for form in ("atom", "rss", "json", "html"))} <= written


def test_quiet_says_nothing_where_nothing_is_wrong(folder: Path) -> None:
    for arguments in (["fetch", "--all", "--quiet"], ["fetch", "lantern", "-q"]):
        done = feedwright(*arguments, cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    done = feedwright("fetch", "http://no-such-host.invalid/", "--quiet", cwd=folder)
    refused(done, 1, "no-such-host")


def test_a_source_that_fails_beside_one_that_does_not(folder: Path) -> None:
    write(folder, f"feeds: [{{name: bad, url: 'http://127.0.0.1:1/'}}, {{name: lantern, url: {SAMPLE}}}]\n")
    done = feedwright("fetch", "--all", cwd=folder)
    assert done.returncode == 1
    first, second = done.stderr.decode().splitlines()
    assert first.startswith("error: bad: ") and second.startswith("lantern: 12 new")


def test_json(folder: Path) -> None:
    feedwright("fetch", "--all", cwd=folder)
    for arguments, check in JSON:
        done = feedwright(*arguments, "--json", cwd=folder, input=PAGE)
        assert done.returncode == 0
        assert arguments[0] == "replay" or done.stderr == b""  # that one says on stderr what became of the file
        assert check(json.loads(done.stdout))


JSON: list[tuple[list[str], Callable[..., bool]]] = [
    (["list"], lambda feeds: [(feed["name"], feed["state"]) for feed in feeds] == [("lantern", "well")]),
    (["show", "lantern"], lambda feed: len(feed["entries"]) == 12 and feed["title"] == "The Lantern"),
    (["replay", "lantern"], lambda found: [(one["feed"], one["same"]) for one in found] == [("lantern", 12)]),
    (["status"], lambda status: [each["name"] for each in status["sources"]] == ["lantern"]),
    (["extract", "-", "--url", "https://club.example/1"], lambda article: article["title"] == "Storm"),
]


def test_json_is_tested_wherever_it_exists() -> None:
    having = [name for name in COMMANDS if any("--json" in each.opts for each in cli.main.commands[name].params)]
    assert having == sorted(arguments[0] for arguments, _ in JSON)


def test_the_article_on_a_page_from_stdin_or_a_file(folder: Path) -> None:
    (folder / "page.html").write_bytes(PAGE)
    for source in ("-", "page.html"):
        done = feedwright("extract", source, "--url", "https://club.example/1", cwd=folder, input=PAGE)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode() == f"Storm\n\n{SENTENCE.strip()}" + f" {SENTENCE.strip()}" * 3 + "\n"
    done = feedwright("extract", "-", "--url", "https://club.example/1", cwd=folder, input=b" ")
    refused(done, 3, "https://club.example/1", "JavaScript")


def test_tables(folder: Path) -> None:
    for arguments, words in (
        (["list"], ["lantern", SAMPLE, "every 15m-6h", "never", "new"]),
        (["show", "lantern"], []),
        (["check"], ["lantern: every 15m-6h → ", " UTC, or as it posts"]),
    ):
        done = feedwright(*arguments, cwd=folder)
        assert done.returncode == 0
        assert all(word in done.stdout.decode() for word in words)
    write(folder, f"feeds: [{{name: lantern, url: {SAMPLE}, cron: '0 7 * * mon'}}]\n")
    assert feedwright("check", cwd=folder).stdout.decode().count("07:00 UTC") >= 2  # it is new, and so due at once, too


def test_the_next_looks_are_told_by_the_clock_of_the_feed(folder: Path) -> None:
    weekly = f"{{name: weekly, url: {SAMPLE}, cron: '0 7 * * mon', timezone: Europe/Berlin}}"
    write(folder, f"feeds:\n  - {weekly}\n  - {{name: often, url: {SAMPLE}, every: 20s}}\n")
    first, second = feedwright("check", cwd=folder).stdout.decode().splitlines()
    assert first.count("07:00 Europe/Berlin") >= 2 and "UTC" not in first
    moments = re.findall(r" \d\d:\d\d:\d\d UTC", second)
    assert len(set(moments)) == 3


def test_commands_of_which_there_is_no_program_are_named_before_they_are_needed(folder: Path) -> None:
    (folder / "upload.sh").write_text("#!/bin/sh\n")
    commands = "publish: {command: [./upload.sh]}\nnotify: {command: [no-such-bell]}\n"
    write(folder, f"feeds: [{{name: lantern, url: {SAMPLE}}}]\n{commands}")
    done = feedwright("check", cwd=folder)
    first, second, third = done.stderr.decode().splitlines()
    assert first == f"config.yaml: publish.command: there is no program {folder / 'upload.sh'} that could be run."
    assert second == "config.yaml: notify.command: there is no program no-such-bell that could be run."
    assert (third, done.returncode) == ("config.yaml is right: 1 feed.", 0)
    (folder / "upload.sh").chmod(0o755)
    assert b"upload.sh" not in feedwright("check", cwd=folder).stderr


@pytest.mark.parametrize("every", ["1h30m", "1d12h", "1m30s", "15m-1h30m", "45m"])
def test_a_schedule_is_told_as_it_was_given(folder: Path, every: str) -> None:
    write(folder, f"feeds: [{{name: lantern, url: {SAMPLE}, every: {every}}}]\n")
    assert f"lantern: every {every} → " in feedwright("check", cwd=folder).stdout.decode()
    (feed,) = json.loads(feedwright("list", "--json", cwd=folder).stdout)
    assert feed["when"] == f"every {every}"


# Whoever reads us, or stops us


@pytest.mark.parametrize(
    "arguments",
    [["fetch", SAMPLE], ["list"], ["list", "--json"], ["show", "lantern", "--json"], ["check"], ["--help"]],
    ids=" ".join,
)
def test_a_reader_that_has_had_enough(folder: Path, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = feedwright(*arguments, cwd=folder, stdout=closed)
    assert b"Traceback" not in done.stderr and b"Broken pipe" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("arguments", [["fetch", SAMPLE], ["list", "--json"]], ids=" ".join)
def test_an_output_that_is_full(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = feedwright(*arguments, cwd=folder, stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"error: The output could not be written: No space left on device.\n"


@pytest.mark.parametrize("which", ["a URL", "a NAME"])
def test_ctrl_c_during_a_fetch_ends_it(tmp_path: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        write(tmp_path, f"feeds: [{{name: slow, url: '{url}'}}]\nnetwork: {{allow_private: true}}\n")
        command = [COMMAND, "fetch", "slow" if which == "a NAME" else url, "--allow-private"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            silent.settimeout(PATIENCE)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert (out, err.strip()) == (b"", b"")


def test_after_ctrl_c_nothing_is_locked(tmp_path: Path, site: Blog) -> None:
    test_ctrl_c_during_a_fetch_ends_it(tmp_path, "a NAME")
    write(tmp_path, f"feeds: [{{name: slow, url: '{site.address}'}}]\nnetwork: {{allow_private: true}}\n")
    done = feedwright("fetch", "slow", cwd=tmp_path)
    assert (done.returncode, done.stderr.count(b"2 new")) == (0, 1), done.stderr


def test_serve_serves_and_fetches_nothing(folder: Path) -> None:
    feedwright("fetch", "--all", cwd=folder)
    before = (folder / "out" / "lantern.atom").stat().st_mtime_ns
    command = [COMMAND, "serve", "--port", "0", "-v"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = until(process.stderr.readline).rpartition("url=")[2].strip()
        assert len(feedparser.parse(address + "lantern.atom").entries) == 12
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    assert (folder / "out" / "lantern.atom").stat().st_mtime_ns == before


def test_the_command_is_the_one_beside_this_python() -> None:
    done = started("--version", cwd=Path(sys.prefix))
    assert done.stdout.startswith(b"feedwright, version ")
