"""Tracked data: what is in use, how it differs, and all that keeps, moves or removes it."""
