"""Tables that an editor can read, run against the real screens."""
