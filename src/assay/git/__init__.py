"""The only door to Git: revisions, blobs, references, snapshots of the workspace."""
