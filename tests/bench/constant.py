"""A WSGI application that answers every request with the same bytes: what a server can do at most.

The answer is in the file that ``SEN_BENCH_ANSWER`` names, as :mod:`.kept_page` wrote it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_answer = json.loads(Path(os.environ["SEN_BENCH_ANSWER"]).read_text())
_headers = [(name, value) for name, value in _answer["headers"]]
_body = bytes.fromhex(_answer["body"])


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The same answer, whatever is asked."""
    start_response("200 OK", _headers)
    return (_body,)
