"""One experiment: overrides, run, save, reference; and what is done with it afterwards."""
