"""The command line: a module per command parses arguments, calls the library, prints."""
