"""Tasks that outlive a process: their store, their workers and the engines that give them places to run."""
