"""The revisions of jobs."""
