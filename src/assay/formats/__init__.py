"""Text formats, read and edited in place: YAML, JSON, TOML, Python assignments, the config dialect."""
