"""Numbers only: arrays in, arrays out, one file a mathematical object."""
