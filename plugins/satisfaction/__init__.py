"""How satisfied visitors are with a page: anonymous grades and short comments."""
