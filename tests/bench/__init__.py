"""Figures, not tests: run with ``make bench``. What they were is in docs/plugins/performance.md."""
