"""A news site as a reader of Wagtail's tutorial builds it: what Sen is measured against.

The same articles with the same fields, the tutorial's ways of reading them, its
in-process cache (which keeps renditions and root paths), DEBUG off, templates cached.
"""
