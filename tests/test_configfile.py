"""A feed is added, and every other byte stays as it was: or nothing is written at all."""

import errno
import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import config, configfile
from feeds.configfile import Addition
from feeds.errors import ConfigError, PublishError
from feeds.settings import Settings

NEW = [Addition(Settings("new", "https://new.example/"), ("every: 2h",))]
A = "name: a\n    url: https://a.example/"
LINES = "  - name: new\n    url: https://new.example/\n    # every: 2h\n"
SHORT = "{name: new, url: 'https://new.example/'}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def added(text: str | bytes) -> str:
    """What a file becomes, once what is written was read again."""
    path = Path("config.yaml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    draft = configfile.drafted(path, NEW, {})
    draft.write()
    assert path.read_bytes() == draft.after
    assert config.load(path, {}) == draft.config
    assert draft.config.feeds[-1].name == "new"
    return draft.after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"feeds:\n{LINES}"),
        ("# mine\n", f"# mine\n\nfeeds:\n{LINES}"),
        ("feeds:\n", f"feeds:\n{LINES}"),
        ("feeds:   # all\nout: o\n", f"feeds:   # all\n{LINES}out: o\n"),
        ("feeds:\n  # - name: old\n\nout: o\n", f"feeds:\n  # - name: old\n{LINES}\nout: o\n"),
        ("feeds: ~\n", f"feeds:\n{LINES}"),
        ("feeds: null # none\n", f"feeds:  # none\n{LINES}"),
        ("feeds: []\nout: o\n", f"feeds:\n{LINES}out: o\n"),
        ("feeds: {}\n", f"feeds:\n{LINES}"),
        ("feeds: []", f"feeds:\n{LINES[:-1]}"),
        ("out: o", f"out: o\n\nfeeds:\n{LINES}"),
        ("---\nout: o\n...\n", f"---\nout: o\n\nfeeds:\n{LINES}...\n"),
        (f"feeds:\n  - {A}\n", f"feeds:\n  - {A}\n\n{LINES}"),
        (f"feeds:\n  - {A}", f"feeds:\n  - {A}\n\n{LINES[:-1]}"),
        (f"feeds:\n  - {A}\n\n\nout: o\n", f"feeds:\n  - {A}\n\n{LINES}\n\nout: o\n"),
        (
            f"feeds:\n  - {A}\n    # title: A\n\n  # - name: off\n\n# The rest\nout: o\n",
            f"feeds:\n  - {A}\n    # title: A\n\n  # - name: off\n\n{LINES}\n# The rest\nout: o\n",
        ),
        (
            "feeds:\n- name: a\n  url: https://a.example/\n# The rest\nout: o\n",
            "feeds:\n- name: a\n  url: https://a.example/\n\n"
            "- name: new\n  url: https://new.example/\n  # every: 2h\n# The rest\nout: o\n",
        ),
        (
            "feeds:\n    -   name: a\n        url: https://a.example/   # tab\there\nout: o\n",
            "feeds:\n    -   name: a\n        url: https://a.example/   # tab\there\n\n"
            + LINES.replace("    ", "      ").replace("  - ", "    - ")
            + "out: o\n",
        ),
        ("feeds: [{name: a, url: a.example}]\n", f"feeds: [{{name: a, url: a.example}}, {SHORT}]\n"),
        (
            "feeds: [\n  {name: a, url: 'https://a.example/'},  # one\n]\n",
            f"feeds: [\n  {{name: a, url: 'https://a.example/'}},\n  {SHORT},  # one\n]\n",
        ),
        ("feeds: [\n  # none\n]\n", f"feeds: [\n  # none\n{SHORT}]\n"),
        (
            '{"feeds": [{"name": "a", "url": "https://a.example/"}], "out": "o"}',
            f'{{"feeds": [{{"name": "a", "url": "https://a.example/"}}, {SHORT}], "out": "o"}}',
        ),
        (
            "feeds: &all\n  - &a {name: a, url: 'https://a.example/'}\n",
            f"feeds: &all\n  - &a {{name: a, url: 'https://a.example/'}}\n\n{LINES}",
        ),
        (f"\ufefffeeds:\n  - {A}\n", f"\ufefffeeds:\n  - {A}\n\n{LINES}"),
        (f"feeds:\n  - {A}\n    title: '河边\n\n      札记'\n", None),
    ],
)  # fmt: skip
def test_where_a_feed_is_put(before: str, after: str | None) -> None:
    made = added(before) if after else refused(before)
    assert made == after or not after


def test_windows_lines_stay_so() -> None:
    made = added(f"# a\nfeeds:\n  - {A}\nout: o".replace("\n", "\r\n"))
    assert made == f"# a\nfeeds:\n  - {A}\n\n{LINES}out: o".replace("\n", "\r\n")


def test_the_example_stays_as_it_is() -> None:
    example = (Path(__file__).parents[1] / "config.yaml").read_text(encoding="utf-8")
    made = added(example)
    assert made.replace(f"\n{LINES}", "", 1) == example
    assert made.index("- name: new") > made.index("# allow_ports: [8000]")


def refused(text: str) -> str:
    path = Path("config.yaml")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        configfile.drafted(path, NEW, {})
    assert path.read_text(encoding="utf-8") == text
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"x: &f\n  - {A}\nfeeds: *f\n", "config.yaml:4: feeds: what is added would be added at &f as well"),
        ("{}\n", "config.yaml:1: feeds: a list can't be begun in a file that is one piece between braces"),
        ("{feeds: []}", "config.yaml:1: feeds: a list can't be begun in a file that is written so"),
        ("feeds: &f\nold: *f\n", "config.yaml:1: feeds: a list can't be begun in a file that is written so"),
        ("feeds: &f [{name: a, url: a.example}]\nold: *f\n", "config.yaml:1: feeds: nothing can be added to a list"),
        ("- a\n", "config.yaml:1: expected keys with their values such as feeds:, got a list"),
        ("feeds:\n  - name: [", "config.yaml:2: not valid YAML"),
        ("---\n---\n", "config.yaml:2: expected one document"),
    ],
)
def test_what_can_not_be_added_to_is_left_alone(text: str, said: str) -> None:
    assert refused(text).startswith(said)


def test_what_was_to_be_added_is_told_where_it_can_not_be() -> None:
    Path("config.yaml").write_text("{}")
    with pytest.raises(ConfigError) as caught:
        configfile.drafted(Path("config.yaml"), NEW, {})
    assert SHORT in caught.value.advice


def test_a_file_that_there_is_not_is_made() -> None:
    path = Path("config.yaml")
    draft = configfile.drafted(path, NEW, {})
    assert not path.exists()
    draft.write()
    made = config.load(path, {})
    assert (made, made.out) == (draft.config, path.absolute().parent / "out")
    assert LINES in path.read_text(encoding="utf-8")


def test_what_there_is_is_read_before_anything_is_added() -> None:
    path = Path("config.yaml")
    assert configfile.existing(path, {}) is None
    for text in ("", "feeds: []\n", "out: o\n"):
        path.write_text(text)
        assert configfile.existing(path, {}) is None
    path.write_text(f"feeds:\n  - {A}\n    ulr: x\n")
    with pytest.raises(ConfigError, match=r"config.yaml:4: feeds\[0\].ulr"):
        configfile.existing(path, {})
    path.write_text("- a")
    with pytest.raises(ConfigError, match="expected keys"):
        configfile.existing(path, {})


def test_rights_and_links_are_kept(folder: Path) -> None:
    real = folder / "real.yaml"
    real.write_text(f"feeds:\n  - {A}\n")
    real.chmod(0o640)
    Path("config.yaml").symlink_to(real)
    configfile.drafted(Path("config.yaml"), NEW, {}).write()
    assert Path("config.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "name: new" in real.read_text()
    assert names(folder) == ["config.yaml", "real.yaml"]


def test_a_file_that_changed_meanwhile_is_left_alone(folder: Path) -> None:
    path = Path("config.yaml")
    for before, after in ((None, "feeds: []"), ("feeds: []", "feeds: [] # mine")):
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_text(before)
        draft = configfile.drafted(path, NEW, {})
        path.write_text(after)
        with pytest.raises(ConfigError, match="changed meanwhile"):
            draft.write()
        assert (path.read_text(), names(folder)) == (after, ["config.yaml"])


def test_a_folder_that_there_is_not_is_said() -> None:
    draft = configfile.drafted(Path("nowhere/config.yaml"), NEW, {})
    with pytest.raises(PublishError, match=r"nowhere/config.yaml could not be written \(No such file"):
        draft.write()


@pytest.mark.parametrize(
    ("number", "reason", "advice"),
    [
        (errno.EROFS, "Read-only file system", "{folder} is read-only for Feedwright"),
        (errno.EACCES, "Permission denied", "write to {folder}: "),
        (errno.EPERM, "Operation not permitted", "write to {folder}: "),
        (errno.ENOSPC, "No space left on device", "Make room"),
    ],
)
def test_a_file_that_cannot_be_written_says_why_and_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str, advice: str
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(configfile, "_write", refused)
    with pytest.raises(PublishError, match=rf"config\.yaml could not be written \({reason}\)") as caught:
        configfile.drafted(Path("config.yaml"), NEW, {}).write()
    assert advice.format(folder=folder) in caught.value.advice
    assert ("Make room" in caught.value.advice) == (number == errno.ENOSPC)


@given(
    st.lists(st.sampled_from(["# c", "", "# a\ttab", "    # deep", "out: o", "every: 1h", "  # two"]), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["  ", "", "      "]),
    st.booleans(),
)
def test_whatever_stands_around_it_stays(rest: list[str], newline: str, pad: str, end: bool) -> None:
    rest = [line for i, line in enumerate(rest) if not re.match("[a-z]", line) or line not in rest[:i]]
    lines = ["# top", "feeds:", f"{pad}- name: a  # one", f"{pad}  url: https://a.example/", *rest]
    before = newline.join(lines) + newline * end
    after = added(before)
    at = next(i for i in range(len(after)) if after[i:].startswith(f"{pad}- name: new"))
    block = newline.join([f"{pad}- name: new", f"{pad}  url: https://new.example/", f"{pad}  # every: 2h"])
    assert after[at:].startswith(block)
    kept = after[:at] + after[at + len(block) :]
    assert kept.replace(newline, "") == before.replace(newline, "")
