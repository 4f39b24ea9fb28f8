"""Bringing stages up to date: look, skip, restore or run, record (spec/pipelines.md §5)."""
