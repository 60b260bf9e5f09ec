"""Backup and restore with files in a bucket; and a backup of a folder is restored into one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.bucket import S3Server
from tests.integration.backup.systems import System, scratch


def hashes(s3: S3Server) -> dict[str, str]:
    """The SHA-256 of each object."""
    return {name: hashlib.sha256(s3.content(name)).hexdigest() for name in s3.names()}


@pytest.fixture
def in_bucket(s3: S3Server, target: System) -> System:
    """An empty system whose files go into an empty bucket."""
    s3.reset()
    return target.restart(s3.variables)


def test_from_a_folder_into_a_bucket_and_back(
    s3: S3Server, in_bucket: System, source: System, backup: Path
) -> None:
    wanted = source.files()
    assert len(wanted) > 10
    in_bucket.manage("restore", str(backup))
    assert hashes(s3) == wanted
    assert not in_bucket.media.exists() or not any(in_bucket.media.rglob("*.*"))
    with scratch() as folder:
        in_bucket.manage("backup", str(folder))
        (made,) = folder.glob("sen-*")
        listed = json.loads((made / "manifest.json").read_text())
        assert json.dumps(listed).count("media/") >= len(wanted)
        in_bucket.manage("backup", str(folder), "--verify")
        # One is lost, one is spoilt, one is new: all is as it was.
        lost, spoilt = s3.names()[:2]
        s3.put(spoilt, b"changed")
        s3.put("original_images/moi.png", b"new")
        s3.delete(lost)
        in_bucket.manage("restore", str(made), "--replace", "--no-input")
        assert hashes(s3) == wanted
        # Nothing is touched where the bucket is away, and nothing half is made.
        away = in_bucket.restart({"SEN_S3_SECRET": "khoa-sai-bi-mat"})
        before = in_bucket.rows()
        for command in (
            ("backup", str(folder)),
            ("restore", str(made), "--replace", "--no-input"),
        ):
            ended = away.manage(*command, check=False)
            assert ended.returncode == 1
            said = ended.stdout + ended.stderr
            assert "refuses Sen's keys" in said or "từ chối khóa" in said
            assert "khoa-sai-bi-mat" not in said
            assert "Traceback" not in said
        assert list(folder.glob("sen-*")) == [made]
        assert in_bucket.rows() == before
        assert hashes(s3) == wanted
