"""The revisions of access."""
