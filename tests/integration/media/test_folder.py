"""A file of the folder is there whole or not at all."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile

from cms.media.folder import PART, FolderStorage


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(location=str(tmp_path))


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


class FullDisk(ContentFile[bytes]):
    """Content at whose second part the disk is full."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_it_is_what_uploads_are_stored_by() -> None:
    assert isinstance(default_storage._wrapped, FolderStorage)  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [b"\x00\xff", "tiếng Việt", b""])
def test_what_is_stored_comes_back(storage: FolderStorage, content: Any) -> None:
    name = storage.save("a/b/tệp.txt", ContentFile(content))
    assert name == "a/b/tệp.txt"
    with storage.open(name) as file:
        assert file.read() == (content.encode() if isinstance(content, str) else content)
    assert Path(storage.path(name)).stat().st_mode & 0o777 == 0o644


def test_a_large_upload_is_taken_from_where_it_waits(
    storage: FolderStorage, tmp_path: Path
) -> None:
    with TemporaryUploadedFile("a.bin", "application/octet-stream", 9, None) as upload:
        upload.write(b"123456789")
        upload.seek(0)
        assert storage.save("a.bin", upload) == "a.bin"
    assert files(tmp_path) == {"a.bin": b"123456789"}


def test_nothing_half_stays(storage: FolderStorage, tmp_path: Path) -> None:
    storage.save("there.txt", ContentFile(b"there"))
    with pytest.raises(OSError, match="No space left"):
        storage.save("new.txt", FullDisk(b""))
    assert files(tmp_path) == {"there.txt": b"there"}


def test_one_that_is_being_written_is_not_listed(storage: FolderStorage, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    class Watched(ContentFile[bytes]):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"one"
            assert [name for name in files(tmp_path) if name.endswith(PART)]
            seen.append(storage.listdir("")[1])
            yield b"two"

    storage.save("a.txt", Watched(b""))
    assert seen == [[]]
    assert storage.listdir("")[1] == ["a.txt"]


def test_of_one_name_nobody_loses_a_file(storage: FolderStorage, tmp_path: Path) -> None:
    start = threading.Barrier(8)
    names: list[str] = []

    def store(number: int) -> None:
        content: File[Any] = ContentFile(bytes([number]) * 1000)
        start.wait()
        # As after get_available_name, which several may have asked at once.
        names.append(storage._save("same.txt", content))

    threads = [threading.Thread(target=store, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 8
    assert {content[0] for content in files(tmp_path).values()} == set(range(8))
    assert {len(content) for content in files(tmp_path).values()} == {1000}
