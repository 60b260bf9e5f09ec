"""The sites of the province as a directory."""
