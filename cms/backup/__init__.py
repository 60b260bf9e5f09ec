"""A backup of everything, made while the site runs, and the way back from it."""
