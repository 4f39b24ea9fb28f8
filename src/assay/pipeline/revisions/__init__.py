"""Pipelines as commits have them: what commits share is read and parsed once (P8)."""
