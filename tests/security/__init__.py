"""What an attacker tries, and what has to be left of it."""
