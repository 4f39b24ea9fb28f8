"""The other side of an engine: running capsules on a host that may know nothing but Assay."""
