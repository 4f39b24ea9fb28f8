"""Parameters, metrics and tables across revisions: plain data in, tables and JSON out."""
