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
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--virtual-time-budget=10000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_PATIENCE_S = 120


def dom_of(page: Path) -> str:
    """The document after its scripts have run. Skips the test where no Chromium is installed."""
    return _browse(page, "--dump-dom")


def screenshot_of(
    page: Path, picture: Path, *, dark: bool = False, size: tuple[int, int] = (1200, 1600)
) -> None:
    """Draw the page into the PNG file `picture`, `size` dots wide and high.

    Skips the test where no Chromium is installed.
    """
    more = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    _browse(page, f"--screenshot={picture}", f"--window-size={size[0]},{size[1]}", *more)


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
