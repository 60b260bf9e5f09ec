"""Departments see nothing of one another: every address, every role, own ids and foreign ones."""
