"""From dvc.yaml to results: load stages, order them, decide what changed, run it, record it."""
