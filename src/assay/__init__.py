"""Assay: run, cache, queue, compare and share machine-learning experiments, kept in Git."""

__version__ = "0.1.0"
DVC_VERSION = "3.67.1"
"""The DVC release whose files and command line this version speaks (spec/clients.md §1.1)."""
