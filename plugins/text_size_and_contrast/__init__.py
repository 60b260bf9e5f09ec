"""Buttons for larger text and higher contrast."""
