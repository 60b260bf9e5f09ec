"""Links that lead out: against a list of hosts, the words of gambling, and what hides them."""
