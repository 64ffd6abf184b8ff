"""Collections: who may read a document."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    collection = sa.Column("collection", sa.Text, nullable=False, server_default="public")
    op.add_column("documents", collection)
