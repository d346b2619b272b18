"""A packed copy beside each file: of its bytes and its date, and gone when it is."""

import gzip
import os
from pathlib import Path

import pytest

from feeds import packing, publish
from feeds.configuration import Config, FeedConfig
from feeds.errors import PublishError
from feeds.sections import Network, Publish
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.live import blog
from tests.test_update import POSTS, START

FILES = ("club.atom", "club.html", "club/archive-0001.atom", "feeds.opml")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name in (*FILES, "favicon.ico", ".state/store.db", "club/notes.txt"):
        publish.write(tmp_path / name, name.encode() * 50)
    return tmp_path


def pack(out: Path) -> tuple[Path, ...]:
    """The siblings that changed."""
    return tuple(packing.pack(out))


def packed(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.gz")}


def test_statement_56_each_file_has_a_sibling_of_its_bytes_and_date(out: Path) -> None:
    assert {str(path.relative_to(out)) for path in pack(out)} == {f"{name}.gz" for name in FILES}
    assert packed(out).keys() == {f"{name}.gz" for name in FILES}
    for name, content in packed(out).items():
        assert gzip.decompress(content) == (out / name).with_suffix("").read_bytes()
        assert (out / name).stat().st_mtime_ns == (out / name).with_suffix("").stat().st_mtime_ns
        assert content[4:8] == bytes(4)  # no time stands in it (RFC 1952)


def test_what_did_not_change_is_left_alone_and_what_did_is_later(out: Path) -> None:
    pack(out)
    sibling = out / "club.atom.gz"
    before = sibling.stat()
    assert pack(out) == ()
    publish.write(out / "club.atom", b"another")
    assert pack(out) == (sibling,)
    assert gzip.decompress(sibling.read_bytes()) == b"another"
    assert int(sibling.stat().st_mtime) > int(before.st_mtime)


def test_one_that_was_spoilt_or_lost_is_made_again(out: Path) -> None:
    pack(out)
    before = packed(out)
    (out / "club.atom.gz").write_bytes(b"torn")
    os.utime(out / "club.atom.gz", (1, 1))
    (out / "club.html.gz").unlink()
    assert len(pack(out)) == 2
    assert packed(out) == before


def test_it_goes_with_its_file(out: Path) -> None:
    pack(out)
    (out / "club.atom").unlink()
    assert pack(out) == (out / "club.atom.gz",)
    assert not (out / "club.atom.gz").exists()


def test_those_of_others_stay_and_ours_go_when_they_are_not_wanted(out: Path) -> None:
    (out / "club.atom.gz").write_bytes(b"by a command of the user's own")
    assert tuple(packing.remove(out)) == () and (out / "club.atom.gz").exists()
    pack(out)
    assert len(tuple(packing.remove(out))) == len(FILES)
    assert packed(out) == {}


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PublishError, match="file"):
        pack(tmp_path / "file")


def test_an_update_packs_what_it_publishes(tmp_path: Path) -> None:
    with blog(*POSTS) as site, Store.open(None) as store, Fetcher(allow_private=True) as fetcher:
        feeds = (FeedConfig("club", site.address),)
        config = Config(feeds, out=tmp_path, network=Network(allow_private=True), publish=Publish(gzip=True))
        updater = Updater(config, store, fetcher, lambda: START)
        updater.sync()
        list(updater.run(updater.claim(1, ["club"])))
        assert updater.settle().failed is None
    assert {"club.atom.gz", "club.html.gz", "feeds.opml.gz", "index.html.gz", "style.css.gz"} <= packed(tmp_path).keys()
