"""Alembic's scripts: `env.py` for all stores, and a folder of revisions for each."""
