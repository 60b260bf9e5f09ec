"""A list of links to other sites."""
