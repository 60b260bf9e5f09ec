"""Entries of a feed from elsewhere."""
