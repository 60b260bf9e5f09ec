"""``python -m cms.environment`` prints the table of docs/operators/settings.md."""

from . import table

print(table())
