"""The command line: one module per command group parses arguments, calls one library function, prints."""
