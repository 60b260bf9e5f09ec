"""A text of the editors, with links and lists."""
