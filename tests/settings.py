"""Settings of Sen's own test run: a plugin that uses every extension point is there too."""

import os
from pathlib import Path

os.environ["SEN_PLUGIN_PATH"] = str(Path(__file__).parent / "dummy_plugin")

from cms.testing import *  # noqa: F403
