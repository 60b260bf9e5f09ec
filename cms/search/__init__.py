"""The search index: Wagtail's own, made fit for a province's volume."""
