"""Notices of a department: dated, expiring, in lists and as a strip across the site."""
