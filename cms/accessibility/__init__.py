"""What a site says of its accessibility, from what was tested."""
