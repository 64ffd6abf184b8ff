"""The revisions of conversations."""
