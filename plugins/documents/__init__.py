"""The register of legal documents: list, search, detail pages, the newest as a widget."""
