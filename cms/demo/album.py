"""The demo's pictures: each is drawn once, and the generated sites share theirs."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from . import pictures
from .names import load
from .province import sites
from .records import DemoSite

#: The colour of the pictures that generated sites share.
SHARED_ACCENT = sites()[0].accent


def title_of(key: str) -> str:
    """What people read where they choose a picture: "Tranh vẽ đầm sen đang nở hoa (3)"."""
    scene, variant = key.split("-", 1)
    return f"{load('scenes')[scene]['alt']} ({variant})"


def key_of(title: str) -> str:
    """The key of the picture called ``title``; other titles are returned as they are."""
    for scene, words in load("scenes").items():
        if title.startswith(f"{words['alt']} ("):
            return f"{scene}-{title.rpartition('(')[2].rstrip(')')}"
    return title


class Album:
    """Gives each site its pictures.

    A site written by hand has all of them, in its colour. Two hundred sites would
    take an hour to draw for, so the generated ones have one of each scene.
    """

    def __init__(self) -> None:
        self._shared: dict[str, bytes] = {}

    def shown(self, site: DemoSite, key: str) -> str:
        """The key of the picture that ``site`` shows where an article asks for ``key``."""
        return key if site in sites() else f"{key.split('-', 1)[0]}-1"

    def draw(self, site: DemoSite, keys: Iterable[str]) -> dict[str, bytes]:
        """The pictures with these keys, as :meth:`shown` gives them, on all cores."""
        wanted = list(keys)
        if site in sites():
            return _drawn(wanted, site.accent)
        self._shared |= _drawn([key for key in wanted if key not in self._shared], SHARED_ACCENT)
        return {key: self._shared[key] for key in wanted}


def _drawn(keys: list[str], accent: str) -> dict[str, bytes]:
    if not keys:
        return {}
    with ProcessPoolExecutor() as pool:
        return dict(zip(keys, pool.map(pictures.picture, keys, [accent] * len(keys)), strict=True))
