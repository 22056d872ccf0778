"""Place: countries by name, and places by cells, polygons and regions of the world."""
