"""Text formats, read and edited in place: YAML, JSON, TOML, Python, the config dialect."""
