"""Indexes on what is asked of the tables at every source that comes."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_documents_position", "documents", ["position"], if_not_exists=True)
    op.create_index("ix_documents_excerpt", "documents", ["excerpt"], if_not_exists=True)
    op.create_index("ix_origins_sha256", "origins", ["sha256"], if_not_exists=True)
