"""The articles read most in the last days."""
