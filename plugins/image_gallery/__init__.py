"""Pictures with captions, large on a click."""
