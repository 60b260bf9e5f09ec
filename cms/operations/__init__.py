"""What an operator sees: health, metrics, probes, logs. Features above register what is theirs."""
