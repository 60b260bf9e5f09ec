"""What Lighthouse says of the public pages, and how many bytes their first view takes.

    python -m tests.bench.lighthouse

Needs Chromium and Node.js; npx fetches Lighthouse. Each page is opened ``ROUNDS`` times as a
phone with a slow line sees it, and the median of each score counts. Scripts that stand in the
page are counted with what they add to it compressed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli

from tests.e2e.portal import running_portal

from .kept_page import HOST, article_of, get

LIGHTHOUSE = "lighthouse@13.5.0"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"
ROUNDS = 5
ATTEMPTS = 3
SCRIPT = re.compile(rb"<script[^>]*>.*?</script>", re.DOTALL)


def main() -> None:
    """Print the table; exit with an error where a score is below 100."""
    chromium, npx = _command("chromium", "chromium-browser", "google-chrome"), _command("npx")
    with running_portal() as portal, tempfile.TemporaryDirectory() as folder:
        article = article_of(portal.port)
        pages = {
            "home": "/",
            "section": f"/{article.split('/')[1]}/",
            "article": article,
            "archive of a month": _newest(portal.port, _newest(portal.port, "/kho-tin/")),
        }
        print(f"| {LIGHTHOUSE} | {' | '.join(CATEGORIES)} | KB without pictures | KB of script |")
        print("|---|" + "---|" * (len(CATEGORIES) + 2))
        whole = True
        for name, path in pages.items():
            address = f"http://{HOST}:{portal.port}{path}"
            reports = [_report(npx, chromium, address, Path(folder)) for _round in range(ROUNDS)]
            scores = [_median(_score(report, name) for report in reports) for name in CATEGORIES]
            whole = whole and min(scores) == 100
            requests = reports[-1]["audits"]["network-requests"]["details"]["items"]
            view = sum(item["transferSize"] for item in requests if not _is_picture(item))
            linked = sum(r["transferSize"] for r in requests if r["resourceType"] == "Script")
            script = linked + _inline(get(portal.port, path)[1])
            cells = " | ".join(f"{score:.0f}" for score in scores)
            print(f"| {name} | {cells} | {view / 1000:.1f} | {script / 1000:.1f} |", flush=True)
    if not whole:
        sys.exit("a score is below 100")


def _command(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    return found or sys.exit(f"{names[0]} is not there")


def _newest(port: int, path: str) -> str:
    """The newest year or month that a list of news leads to."""
    found = re.search(rb'href="(%s\d+/)' % path.encode(), get(port, path)[1])
    if found is None:
        raise RuntimeError(f"{path} leads to no shorter time")
    return found.group(1).decode()


def _report(npx: str, chromium: str, address: str, folder: Path) -> dict[str, Any]:
    path = folder / "report.json"
    command = [
        *(npx, "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={path}"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROMIUM_FLAGS}"),
    ]
    environment = {**os.environ, "CHROME_PATH": chromium}
    for attempt in range(1, ATTEMPTS + 1):
        path.unlink(missing_ok=True)
        ended = subprocess.run(
            command, env=environment, check=False, capture_output=True, text=True
        )
        if ended.returncode == 0:
            break
        # Of the browser or of Lighthouse itself: no score came of it.
        print(f"{address}, attempt {attempt}: {ended.stderr[-2000:]}", file=sys.stderr)
    else:
        sys.exit(f"Lighthouse does not get to an end with {address}")
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def _score(report: dict[str, Any], category: str) -> float:
    return 100 * float(report["categories"][category]["score"])


def _median(scores: Iterable[float]) -> float:
    return statistics.median(scores)


def _is_picture(item: dict[str, Any]) -> bool:
    return item["resourceType"] == "Image"


def _inline(page: bytes) -> int:
    """How much smaller the page would be, compressed, without the scripts that stand in it."""
    whole, without = (
        len(brotli.compress(text, quality=5)) for text in (page, SCRIPT.sub(b"", page))
    )
    return whole - without


if __name__ == "__main__":
    main()
