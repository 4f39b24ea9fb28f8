"""Metrics, parameters and tables across revisions."""
