"""The revisions of audit."""
