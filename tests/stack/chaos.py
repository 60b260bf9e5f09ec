"""Every fault, and the table of what was promised and seen: docs/operators/faults.md.

python -m tests.stack.chaos [--only TEXT …] [--write]
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback

from tests.e2e.portal import ROOT

from .faults import FAULTS, NotHere, meet
from .stack import missing, running_stack

PAGE = ROOT / "docs" / "operators" / "faults.md"
BEGIN, END = "<!-- made by make chaos -->", "<!-- end -->"
NOT_YET = "not run yet"


def main() -> None:
    """Let them happen one after the other; end with 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description="Faults on real processes.")
    parser.add_argument(
        "--only", nargs="+", default=[""], help="only faults whose name contains one of these"
    )
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    arguments = parser.parse_args()
    if lacking := missing():
        sys.exit(f"not installed: {lacking}")
    # Whoever ends it ends all that it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("ended"))
    broken = 0
    with running_stack(every=60) as stack:
        for fault in FAULTS:
            if not any(text in fault.name for text in arguments.only):
                continue
            begun = time.monotonic()
            try:
                seen = meet(stack, fault)
            except NotHere as reason:
                print(f"{fault.name}: not shown here, {reason}", flush=True)
                continue
            except Exception:
                traceback.print_exc()
                broken += 1
                seen = "**broken**"
            print(f"{fault.name}: {seen} ({time.monotonic() - begun:.0f} s)", flush=True)
            if arguments.write:
                write({**told(), fault.name: seen})
    sys.exit(f"{broken} promises are broken" if broken else 0)


def told() -> dict[str, str]:
    """What the table says was seen, by the fault."""
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return {name.strip(): seen.strip() for name, _promised, seen in rows[2:]}


def write(seen: dict[str, str]) -> None:
    """Write the table: every fault, its promise, and what was seen of it last.

    Args:
        seen: by the fault's name.
    """
    rows = ["| fault | promised | seen |", "|---|---|---|"]
    for fault in FAULTS:
        rows.append(f"| {fault.name} | {fault.promised} | {seen.get(fault.name, NOT_YET)} |")
    head, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text("\n".join([f"{head}{BEGIN}", *rows, f"{END}{tail}"]), encoding="utf-8")


if __name__ == "__main__":
    main()
