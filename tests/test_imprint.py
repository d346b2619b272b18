"""Which feeds are not made again when the program starts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from feeds import imprint, publication
from feeds.configuration import Config, FeedConfig
from feeds.publication import Publication
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher

NOW = datetime(2026, 12, 1, tzinfo=UTC)
CLUB = FeedConfig("club", "sample://lantern.example/")


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a feed that has entries."""
    out = tmp_path_factory.mktemp("updated")
    start(Config((CLUB,), base_url="https://feeds.example", out=out), update=True)
    return out


@pytest.fixture
def config(tmp_path: Path, updated: Path) -> Config:
    """Started once: the files are copies."""
    config = Config((CLUB,), base_url="https://feeds.example", out=tmp_path / "out")
    copytree(updated, config.out)
    start(config)
    return config


@pytest.fixture
def rendered(config: Config, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the feeds that are rendered from now on."""
    names: list[str] = []
    write = Publication.write

    def noted(publication: Publication) -> object:
        names.append(publication.settings.name)
        return write(publication)

    monkeypatch.setattr(publication.Publication, "write", noted)
    return names


def start(config: Config, *, update: bool = False) -> None:
    with Store.open(config.out / ".state" / "store.db") as store, Fetcher() as fetcher:
        updater = Updater(config, store, fetcher, lambda: NOW)
        updater.sync()
        updater.refresh()
        if update:
            assert [report.error for report in updater.run(updater.claim(9))] == [None]


def ends(config: Config) -> dict[str, tuple[int, bytes]]:
    """The sizes and ends of a feed's files; the date before them moves on where readers had other entries."""
    contents = {path.name: path.read_bytes() for path in config.out.glob("club.*")}
    return {name: (len(content), content[-20:]) for name, content in contents.items()}


def test_a_feed_that_stands_is_not_rendered_again(config: Config, rendered: list[str]) -> None:
    start(config)
    assert rendered == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:100]),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b" "),
        lambda file: file.with_suffix(".rss").write_bytes(b""),
    ],
    ids=["deleted", "torn", "of the same size", "another form"],
)
def test_what_another_hand_has_changed_is_written_anew(
    config: Config, rendered: list[str], spoil: Callable[[Path], None]
) -> None:
    file = config.out / "club.atom"
    before = ends(config)
    spoil(file)
    assert ends(config) != before
    start(config)
    assert ends(config) == before
    start(config)
    assert rendered == ["club"]


@pytest.mark.parametrize(
    "change",
    [
        lambda config: replace(config, base_url="https://readers.example"),
        lambda config: replace(config, feeds=(replace(CLUB, author="Cy"),)),
        lambda config: replace(config, feeds=(replace(CLUB, formats=("atom",)),)),
        lambda config: replace(config, feeds=(replace(CLUB, every=timedelta(days=1)),)),
    ],
    ids=["base_url", "author", "formats", "every"],
)
def test_a_changed_configuration_renders_again(
    config: Config, rendered: list[str], change: Callable[[Config], Config]
) -> None:
    start(change(config))
    start(change(config))
    assert rendered == ["club"]


def test_another_program_renders_again(config: Config, rendered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imprint, "program", lambda: "another")
    start(config)
    assert rendered == ["club"]


def test_what_depends_on_the_day_is_rendered_at_each_start(config: Config, rendered: list[str]) -> None:
    config = replace(config, feeds=(replace(CLUB, max_age=timedelta(days=9000)),))
    start(config)
    start(config)
    assert rendered == ["club", "club"]


def test_the_imprint_of_a_feed_that_is_gone_goes(config: Config) -> None:
    assert [path.name for path in (config.out / imprint.FOLDER).iterdir()] == ["club"]
    start(replace(config, feeds=(replace(CLUB, name="news"),)))
    assert [path.name for path in (config.out / imprint.FOLDER).iterdir()] == ["news"]
