"""What an inspector reads: every text of a department, who approved it, and the slip to print."""
