"""A page as a browser shows it: headless Chromium, without a network."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have none, or a tiny one
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--virtual-time-budget=10000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_DARK = ("--blink-settings=preferredColorScheme=0",)
_PATIENCE_S = 120
_DRAWN_MS = 3000  # of the browser's own clock, which waits for nobody
_DOTS = """
function dots(id, ...colour) {
  const canvas = document.querySelector(`#${id} canvas`);
  const {data, width} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = [];
  for (let at = 0; at < data.length; at += 4) {
    const near = colour.every((part, place) => Math.abs(data[at + place] - part) < 12);
    if (near && data[at + 3] > 200) found.push([at / 4 % width, Math.floor(at / 4 / width)]);
  }
  return found;
}"""


def dom_of(page: Path) -> str:
    """The document after its scripts have run. Skips the test where no Chromium is installed."""
    return _browse(page, "--dump-dom")


def screenshot_of(
    page: Path, picture: Path, *, dark: bool = False, size: tuple[int, int] = (1200, 1600)
) -> None:
    """Draw the page into the PNG file `picture`, `size` dots wide and high.

    Skips the test where no Chromium is installed.
    """
    more = _DARK if dark else ()
    _browse(page, f"--screenshot={picture}", f"--window-size={size[0]},{size[1]}", *more)


def dom_after(page: Path, script: str) -> str:
    """The document after `script` has run in it, as soon as everything is drawn.

    The script may use `dots(id, red, green, blue)`: where the drawing in that element has dots of
    about that colour, as [x, y] in the canvas.
    """
    acted = page.with_name(f"acted-{page.name}")
    before, _, after = page.read_text().rpartition("</body>")  # libraries have others in texts
    acts = f"<script>{_DOTS}\nsetTimeout(() => {{{script}}}, {_DRAWN_MS});</script>"
    acted.write_text(f"{before}{acts}</body>{after}")
    return dom_of(acted)


def print_of(page: Path, paper: Path, *, dark: bool = False) -> None:
    """Print the page into the PDF file `paper`, from a screen that is `dark`."""
    _browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer", *(_DARK if dark else ()))


def _browse(page: Path, *flags: str) -> str:
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    if browser is None:
        pytest.skip("no Chromium is installed: `apt-get install chromium` makes this test run")
    # Its sockets must have short paths, shorter than those of the tests' folders.
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="browser-") as home:
        done = subprocess.run(
            [browser, *_FLAGS, f"--user-data-dir={home}/data", *flags, page.as_uri()],
            env={"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout
