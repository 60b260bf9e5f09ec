"""A plugin that starts well and then does everything wrong."""
