"""Engines beyond this machine (docs/engines.md)."""
