"""The tenant kernel: departments, their host names and people, and a site's life."""
