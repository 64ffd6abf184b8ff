"""The revisions of feedback."""
