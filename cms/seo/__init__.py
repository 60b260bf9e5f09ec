"""What search engines, social networks and programs read of a site beside its pages."""
