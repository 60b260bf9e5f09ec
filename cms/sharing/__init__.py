"""News written once and shared to many sites."""
