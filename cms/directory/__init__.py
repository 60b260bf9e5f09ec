"""The component sites of the province: the one list of each other that all sites may show."""
