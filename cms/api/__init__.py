"""Each site's public facts as data: read only, described by OpenAPI, kept and purged like pages."""
