"""The newest articles of the site."""
