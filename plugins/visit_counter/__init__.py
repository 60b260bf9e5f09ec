"""The number of visits to the site, in figures like an odometer's."""
