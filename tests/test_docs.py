"""What the documentation says is so."""

import re
import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from feeds import cli
from feeds.commands import frame
from feeds.model import Event
from feeds.notify import MORE

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
PAGES = {"README.md": README, "docs/reference.md": REFERENCE}
BOTH = f"{README}\n{REFERENCE}"
LINKS = [(page, target) for page, text in PAGES.items() for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text)]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def commands_in_the_table() -> set[str]:
    """The first word of each piece of code in the first column of the table of commands."""
    table = README.partition("| command |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    return {code.removeprefix("feedwright ").split()[0] for cell in cells for code in re.findall(r"`(.+?)`", cell)}


def test_the_table_of_commands_has_all_of_them_and_no_other() -> None:
    assert commands_in_the_table() == set(cli.main.commands)


def test_every_command_that_is_shown_exists() -> None:
    shown = set(re.findall(r"(?:^ +|`|bin/)feedwright ([a-z]+)", BOTH, re.MULTILINE))
    assert shown <= set(cli.main.commands)


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_every_option_that_is_shown_exists(name: str) -> None:
    known = {option for each in cli.main.commands[name].params for option in each.opts}
    shown = {
        option
        for line in re.findall(rf"feedwright {name}\b([^`\n|>]*)", BOTH)
        for option in re.findall(r"(?<!\S)--?[a-z-]+", line)
    }
    assert shown <= known


def test_it_begins_with_the_two_commands_that_do_everything() -> None:
    first, second = (line.partition("#")[0].split() for line in README.splitlines()[:2])
    assert (first, second) == (["make", "run"], ["make", "test"])


def test_every_target_of_make_that_is_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)\b(?=`|\s+#)", BOTH)) <= targets


def anchors(text: str) -> set[str]:
    """What headings can be linked by: in lower case, without punctuation, with dashes for blanks."""
    headings = re.findall(r"^#+ (.+)", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_everything_that_is_linked_exists(page: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    assert file.exists()
    assert not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def test_all_that_a_command_may_be_told_is_documented() -> None:
    table = REFERENCE.partition("| word | says |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == {*get_args(get_type_hints(Event)["kind"]), MORE}


def test_the_readme_is_read_at_a_sitting() -> None:
    """What is looked up is in the reference."""
    assert len(README.splitlines()) <= 220


def test_the_changelog_has_this_version_first() -> None:
    assert re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)[0] == VERSION


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_exit_codes_are_told_in_the_readme_and_in_the_help(number: int) -> None:
    assert re.search(rf"\b{number} [a-z]", README.partition("Exit codes:")[2].partition(".")[0])
    assert f"{number} " in frame.EPILOG
