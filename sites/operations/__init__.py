"""Acts in a site's life as the province's administrator does them: planned, reviewed, confirmed."""
