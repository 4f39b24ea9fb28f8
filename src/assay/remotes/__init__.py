"""Transfer of cache objects to and from other places."""
