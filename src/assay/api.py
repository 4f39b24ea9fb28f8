"""Assay for Python users: the same commands as functions that return data and print nothing."""

from __future__ import annotations
