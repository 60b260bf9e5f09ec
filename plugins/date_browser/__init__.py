"""A month's calendar that leads to the news of each day."""
