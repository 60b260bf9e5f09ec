"""A plugin that uses every extension point once."""
