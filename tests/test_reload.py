"""feeds.reload: a file that changes under a running process."""

from dataclasses import replace
from pathlib import Path

import pytest

from feeds import config, statusrows
from feeds.configuration import Config
from feeds.errors import ConfigError
from feeds.reload import RESTART, Difference, Followed, concerned, difference, short


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("feeds: [{name: club, url: 'https://club.example/'}]\n", encoding="utf-8")
    return path


@pytest.fixture
def followed(path: Path) -> Followed:
    return Followed(config.load(path, {}), lambda: config.load(path, {}))


def test_it_is_read_again_once_when_it_has_changed_and_stands(path: Path, followed: Followed) -> None:
    assert not followed.changed()
    path.write_text("feeds: [{name: club", encoding="utf-8")  # the first step of a slow editor
    assert not followed.changed()
    path.write_text("feeds: [{name: paper, url: 'https://club.example/'}]\n", encoding="utf-8")
    assert not followed.changed()
    assert followed.changed()
    assert not followed.changed()
    assert followed.read().feeds[0].name == "paper"


def test_it_is_read_again_when_somebody_asks(followed: Followed) -> None:
    followed.ask()
    assert followed.changed()
    assert not followed.changed()


def test_it_is_read_again_when_a_recipe_changed(tmp_path: Path) -> None:
    (tmp_path / "club.py").write_text("", encoding="utf-8")
    path = tmp_path / "config.yaml"
    path.write_text("feeds: [{name: club, url: 'https://club.example/', recipe: club.py}]\n", encoding="utf-8")
    followed = Followed(config.load(path, {}), lambda: config.load(path, {}))
    (tmp_path / "club.py").write_text("def articles(page):\n    return []\n", encoding="utf-8")
    assert not followed.changed()
    assert followed.changed()


def test_a_file_that_is_gone_or_wrong_names_itself(path: Path, followed: Followed) -> None:
    path.write_text("feeds:\n  - {name: club, url: 'https://club.example/', evry: 1h}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.yaml:2: feeds\[0\]\.evry"):
        followed.read()
    path.unlink()
    with pytest.raises(ConfigError, match=r"config\.yaml"):
        followed.read()


@pytest.mark.parametrize(
    ("change", "key"),
    [("out: elsewhere", "out"), ("web:\n  port: 9", "web.port"), ("websub: {hub: self}", "websub.hub")],
)
def test_what_takes_a_new_start_is_refused_and_said_with_its_line(
    path: Path, followed: Followed, change: str, key: str
) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{change}\n")
    line = 2 + change.count("\n")
    with pytest.raises(ConfigError, match=rf"config\.yaml:{line}: {key}: it can't change") as raised:
        followed.read()
    followed.complain(raised.value)
    said = statusrows.complaint(path.parent / "out")
    assert said == f"{raised.value}. {RESTART}" and "nothing that has changed" in said
    followed.complain(None)
    assert statusrows.complaint(path.parent / "out") == ""


def test_a_key_that_is_taken_out_of_the_file_has_no_line(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}web: {{port: 9}}\n", encoding="utf-8")
    followed = Followed(config.load(path, {}), lambda: config.load(path, {}))
    path.write_text(before, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.yaml: web\.port"):
        followed.read()


def test_the_feeds_whose_files_may_change(path: Path) -> None:
    def made(text: str) -> Config:
        path.write_text(text, encoding="utf-8")
        return config.load(path, {})

    club, paper = "{name: club, url: 'https://club.example/'}", "{name: paper, url: 'https://paper.example/'}"
    one = made(f"feeds: [{club}]")
    assert concerned(one, one) == frozenset()
    assert concerned(one, made(f"feeds: [{club}, {paper}]")) == {"paper"}
    assert concerned(one, made(f"feeds: [{club}]\nlimit: 7")) == {"club"}
    assert concerned(one, replace(one, base_url="https://feeds.example")) == {"club"}
    assert concerned(one, made(f"feeds: [{paper}]\nworkers: 2")) == {"paper"}


def test_what_another_configuration_does_to_feeds(path: Path) -> None:
    def made(text: str) -> Config:
        path.write_text(text, encoding="utf-8")
        return config.load(path, {})

    def feed(name: str, site: str, more: str = "") -> str:
        return f"  - {{name: {name}, url: 'https://{site}.example/'{more}}}\n"

    before = made(f"feeds:\n{feed('club', 'club')}{feed('paper', 'paper')}{feed('pub', 'pub', ', paused: true')}")
    assert difference(before, before) == Difference((), (), (), (), ())
    merged = "  - {name: both, merge: [harbour, pub]}\n"
    club = feed("harbour", "club", ", paused: true")
    now = made(f"feeds:\n{club}{feed('pub', 'pub')}{feed('choir', 'choir', ', paused: true')}{merged}")
    assert difference(before, now) == Difference(
        added=("choir", "both"),
        removed=("paper",),
        renamed=(("club", "harbour"),),
        paused=("harbour",),
        resumed=("pub",),
    )


def test_many_names_are_counted() -> None:
    assert [short(list(names)) for names in ("", "ab", "abcde", "abcdefg")] == ["", "a,b", "a,b,c,d,e", "a,b,c,d,e,+2"]
