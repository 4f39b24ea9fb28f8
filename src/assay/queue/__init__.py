"""Tasks that outlive a process: their store, their workers, and engines that give them a place."""
