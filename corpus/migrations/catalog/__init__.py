"""The revisions of the catalog; 0001 to 0004 are the versions 1 to 4 of before Alembic."""
