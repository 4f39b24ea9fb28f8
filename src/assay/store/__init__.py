"""The content-addressed cache: hashes, objects, trees, links, and the index of what is known."""
