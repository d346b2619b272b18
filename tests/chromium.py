"""A headless Chromium that is driven by its keyboard, over a pipe: no driver and no port is needed."""

import fcntl
import json
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.installed import program
from tests.program import until

BECOME = "import os, sys; [os.dup2(int(sys.argv[n]), n + 2) for n in (1, 2)]; os.execv(sys.argv[3], sys.argv[3:])"
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}


class Chromium:
    def __init__(self, write: int, read: int) -> None:
        self._write = write
        self._read = read
        self._number = 0
        self._left = b""
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")

    _session: str | None = None

    def call(self, method: str, **parameters: Any) -> Any:
        """The answer to a command of the DevTools protocol."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._write, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._said()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    def _said(self) -> Any:
        while b"\0" not in self._left:
            piece = os.read(self._read, 1 << 16)
            assert piece, "the browser has ended"
            self._left += piece
        message, _, self._left = self._left.partition(b"\0")
        return json.loads(message)

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)
        self.loaded(address)

    def loaded(self, address: str) -> None:
        until(lambda: self.js("location.href + document.readyState") == f"{address}complete")

    def js(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def press(self, key: str) -> None:
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **extra)

    def write(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def tab_to(self, what: str) -> None:
        """Press Tab until the element with this text, value or name has the focus, and is seen to have it."""
        said = "(e => (e.innerText || e.name || e.value || '').trim())(document.activeElement)"
        for _ in range(60):
            self.press("Tab")
            if self.js(said) == what:
                assert self.js("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"no way to {what} by the keyboard")

    def look(self, path: Path, *, width: int = 1000, height: int = 1200, dark: bool = False) -> None:
        """A picture of the page."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        path.write_bytes(b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


def command(folder: Path) -> list[str]:
    """A headless browser with a profile of its own in `folder`."""
    return [
        program("chromium", "chromium-browser", "google-chrome"),
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={folder}",
    ]  # fmt: skip


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    """A browser with a profile of its own in `folder`."""
    arguments = [*command(folder), "--remote-debugging-pipe", "about:blank"]
    (to_read, write), (read, to_write) = os.pipe(), os.pipe()
    # It reads from 3 and writes to 4, which may be taken here: so another process sets them, and becomes the browser.
    high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, to_write)]
    process = subprocess.Popen(
        [sys.executable, "-c", BECOME, *map(str, high), *arguments],
        pass_fds=high,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in (*high, to_read, to_write):
        os.close(end)
    try:
        yield Chromium(write, read)
    finally:
        process.kill()
        process.wait()
        os.close(write)
        os.close(read)
