"""The admin speaks Vietnamese: a walk over its screens, looking for English."""
