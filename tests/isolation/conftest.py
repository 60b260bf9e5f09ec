"""Says at the end how many requests each walk made and how much of others it saw."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    walks = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == "crawl" and report.when == "call"
    ]
    if walks:
        terminalreporter.section("isolation crawl")
        for role, requests, leaks in sorted(walks):
            terminalreporter.write_line(f"{role:28} {requests:6} requests  {leaks:4} leaks")
