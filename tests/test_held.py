"""What people are told of a feed whose site is not as it was, and how they overrule."""

from pathlib import Path

from tests import themes
from tests.program import feedwright
from tests.server import serve
from tests.themes import THEMES, grown


def test_a_held_feed_is_told_by_every_command_and_a_person_may_accept_it(tmp_path: Path) -> None:
    blog = grown(THEMES[0])
    with serve() as site:
        site.pages = blog.pages()
        config = "network: {allow_private: true}\nfetch: {delay: 0s}\n"
        config += f"feeds:\n  - {{name: valley, url: '{site('/')}'}}\n"
        (tmp_path / "config.yaml").write_text(config)
        assert feedwright("fetch", "valley", cwd=tmp_path).returncode == 0
        feed = (tmp_path / "out" / "valley.atom").read_bytes()
        site.pages = themes.half_list(blog)
        held = feedwright("fetch", "valley", cwd=tmp_path)
        assert held.returncode == 1
        assert b"valley: held: known links on the list: 6 of 12 expected -> 3. The feed stays" in held.stderr
        assert b"--accept" in held.stderr
        assert (tmp_path / "out" / "valley.atom").read_bytes() == feed
        assert b'"state": "held since ' in feedwright("list", "--json", cwd=tmp_path).stdout
        assert b"degraded: known links on the list" in feedwright("show", "valley", cwd=tmp_path).stderr
        explained = feedwright("explain", "valley", cwd=tmp_path).stdout
        assert b"gate        holds such a run" in explained
        assert b"* known links on the list: 6 of 12 expected -> 3" in explained
        site.pages = themes.empty_list(blog)
        never = feedwright("fetch", "valley", "--accept", cwd=tmp_path)
        assert never.returncode == 1
        assert b"links found: 12 -> 0 of 12 known. An empty list is never accepted" in never.stderr
        assert b"--accept" not in never.stderr + feedwright("show", "valley", cwd=tmp_path).stderr
        site.pages = themes.half_list(blog)
        accepted = feedwright("fetch", "valley", "--accept", cwd=tmp_path)
        assert accepted.returncode == 0, accepted.stderr
