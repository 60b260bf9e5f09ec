"""Chosen articles with their pictures."""
