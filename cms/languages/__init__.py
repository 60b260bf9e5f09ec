"""Pages in other languages than their site's: what they are called, found by, translated from."""
