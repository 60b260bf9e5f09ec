"""A film that is loaded only when somebody plays it."""
