"""Where users live: repositories and files that are not those of a tutorial."""
