"""Read: any source becomes one validated table, one row an attack."""
