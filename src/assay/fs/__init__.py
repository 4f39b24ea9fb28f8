"""Files and directories: atomic writes, locks, links, contained paths, ignore rules."""
