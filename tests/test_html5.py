"""Every page that we make is HTML as the standard has it: `html-validate` from npm looks at them all, in one run."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from feeds import page
from feeds.configuration import Config, FeedConfig
from feeds.page import Listed
from tests.cases import FEEDS, load_feed
from tests.installed import IN_CI
from tests.made import NOON, a_feed, an_entry
from tests.test_clients import NODE_MODULES
from tests.test_desk import page as desk
from tests.test_web import body, serving

PROGRAM = NODE_MODULES / "html-validate" / "bin" / "html-validate.mjs"
ALL = ("atom", "rss", "json", "html")
# What may stand in an entry, as the sanitiser lets it through.
RICH = """<h2>Two</h2><p>A <a href="https://club.example/">link</a><br><code>x &lt; y</code></p><hr>
<ul><li>One</li></ul><ol><li><p>Two</p></li></ol><dl><dt>Three</dt><dd>Four</dd></dl><blockquote><p>Five</p></blockquote>
<pre><code>six</code></pre><table><caption>Seven</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>
<figure><img src="https://club.example/a.png" alt="" width="3" height="2"><figcaption>Eight</figcaption></figure>
<video src="https://club.example/a.mp4" controls></video><details><summary>Nine</summary><p>Ten</p></details>"""


def listed(name: str, **fields: object) -> Listed:
    return Listed(name, f"{name} & <Co>", ALL, f"https://feeds.example/{name}.atom", **fields)  # type: ignore[arg-type]


@pytest.mark.skipif(
    not (shutil.which("node") and PROGRAM.is_file()) and not IN_CI, reason="not installed here: html-validate"
)
def test_every_page_is_valid(tmp_path: Path) -> None:
    pages = {case.name: page.render(load_feed(case), "club", ALL) for case in FEEDS}
    pages["rich"] = page.render(a_feed(an_entry(html=RICH, language="ar", title=""), language="de"), "club", ("atom",))
    pages["nothing"] = page.render(a_feed(), "club", ALL)
    pages["none"] = page.index([])
    pages["index"] = page.index(
        [
            listed("all", parts=2, entries=9, newest=NOON),
            listed("club", group="Around & <about>", state="paused", entries=1, newest=NOON),
            listed("new"),
        ]
    )
    out = tmp_path / "out"
    out.mkdir()
    (out / "club.atom").write_bytes(b"<feed/>")
    club = FeedConfig("club", "https://club.example/")
    with serving(Config((club,), base_url="https://feeds.example", out=out)) as server:
        pages["first"] = body(server.get("/"))
    (tmp_path / "desk").mkdir()
    with desk(tmp_path / "desk") as status:
        cookie = status.log_in()
        for name in ("status", "status/held", "status/closed"):
            for who, headers in (("stranger", {}), ("known", {"Cookie": cookie})):
                answer = status.ask(f"/{name}", None, **headers)
                assert answer.status == 200
                pages[f"{name.replace('/', '-')}-{who}"] = answer.body.encode()
        pages["refused"] = status.ask("/status/-/login", {"token": "wrong"}).body.encode()
    for name, content in pages.items():
        assert content.startswith(b"<!DOCTYPE html>\n"), name
        (tmp_path / f"{name}.html").write_bytes(content)
    # `>` may stand as it is, says the standard (section 13.1.2.5): that rule is a matter of style.
    rules = {"no-raw-characters": "off"}
    preset = {"root": True, "extends": ["html-validate:standard"], "rules": rules}
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(preset))
    (tmp_path / "wrong.html").write_text(
        "<!DOCTYPE html>\n<html><head><title>x</title></head><body><ul><p></p></ul></body></html>"
    )
    files = sorted(str(path) for path in tmp_path.glob("*.html"))
    done = subprocess.run(["node", PROGRAM, "--formatter=json", *files], capture_output=True, check=False, timeout=60)
    wrong = {
        Path(found["filePath"]).stem: [m["message"] for m in found["messages"]] for found in json.loads(done.stdout)
    }
    assert wrong.pop("wrong")
    assert wrong == {}
