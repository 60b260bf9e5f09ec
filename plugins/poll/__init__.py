"""Polls of a department: one vote a visitor, without storing who."""
