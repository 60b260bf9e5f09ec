"""Settings of Sen's own test run: two plugins from outside are there too.

One uses every extension point, the other does everything wrong once it runs.
"""

import os
from pathlib import Path

HERE = Path(__file__).parent
os.environ["SEN_PLUGIN_PATH"] = os.pathsep.join(
    str(HERE / name) for name in ("dummy_plugin", "hostile_plugin")
)

from cms.testing import *  # noqa: E402, F403
