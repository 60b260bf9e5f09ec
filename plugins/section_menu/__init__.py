"""The site's sections as a menu."""
