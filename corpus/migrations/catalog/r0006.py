"""Indexes for what is asked at every source that comes, so that the millionth costs no more."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_documents_position", "documents", ["position"])
    op.create_index("ix_documents_excerpt", "documents", ["excerpt"])
    op.create_index("ix_origins_sha256", "origins", ["sha256"])
