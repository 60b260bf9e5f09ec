"""Static files: compressed once, and never an old content for a new one."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest

from cms.delivery.static import KeepingCompressor, StaticFilesStorage

FIRST, SECOND = b"a { color: red; }\n" * 40, b"a { color: blue; }\n" * 40


@pytest.fixture
def storage(tmp_path: Path, settings: Any) -> StaticFilesStorage:
    settings.DATA_DIR = tmp_path
    (tmp_path / "static").mkdir()
    return StaticFilesStorage(location=tmp_path / "static", base_url="/static/")


def compress(storage: StaticFilesStorage, **files: bytes) -> dict[str, bytes]:
    """What is in the compressed files of ``files``, after they were compressed."""
    for name, content in files.items():
        Path(storage.path(name)).write_bytes(content)
    made = [compressed for _name, compressed in storage.compress_files(list(files))]
    return {name: Path(storage.path(name)).read_bytes() for name in made}


def test_the_same_content_is_compressed_once(
    storage: StaticFilesStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compress(storage, one=FIRST, two=FIRST)
    assert sorted(first) == ["one.br", "one.gz", "two.br", "two.gz"]
    assert brotli.decompress(first["two.br"]) == FIRST
    assert gzip.decompress(first["two.gz"]) == FIRST

    def refuse(data: bytes) -> bytes:
        raise AssertionError("compressed again")

    for name in ("compress_brotli", "compress_gzip"):
        monkeypatch.setattr(KeepingCompressor.__mro__[1], name, staticmethod(refuse))
    assert compress(storage, one=FIRST, two=FIRST) == first


def test_a_changed_file_is_compressed_anew_and_the_old_is_forgotten(
    storage: StaticFilesStorage, tmp_path: Path
) -> None:
    compress(storage, one=FIRST)
    changed = compress(storage, one=SECOND)
    assert brotli.decompress(changed["one.br"]) == SECOND
    assert gzip.decompress(changed["one.gz"]) == SECOND
    assert len(list((tmp_path / "compressed").iterdir())) == 2


def test_an_interrupted_collection_spoils_nothing(
    storage: StaticFilesStorage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupt(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            compress(storage, one=FIRST)
    again = compress(storage, one=FIRST)
    assert brotli.decompress(again["one.br"]) == FIRST
    assert sorted(path.suffix for path in (tmp_path / "compressed").iterdir()) == [".br", ".gz"]
