"""What settings import must work before Django has started."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_discovery_needs_neither_settings_nor_our_sdk() -> None:
    program = (
        "import sys; from pathlib import Path; from cms.plugins.discovery import discover;"
        "found = discover(Path('plugins'));"
        "assert len(found.plugins) >= 6, found; assert not found.quarantined, found;"
        "from django.apps import apps; assert not apps.ready;"
        "assert 'cms.sdk' not in sys.modules and 'wagtail' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
