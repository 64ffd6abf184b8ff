"""Numeric targets, and whether a document is an excerpt."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    excerpt = sa.Column("excerpt", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("documents", excerpt)
    op.create_table(
        "targets",
        sa.Column(
            "clause_id",
            sa.String(16),
            sa.ForeignKey("clauses.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("comparison", sa.String(8), nullable=False),
        sa.Column("change", sa.String(8), nullable=False),
        sa.Column("printed", sa.Text, nullable=False),
        sa.Column("low", sa.Text),
        sa.Column("high", sa.Text),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, index=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("annual", sa.Boolean, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("aspires", sa.Boolean, nullable=False),
        sa.Column("nature", sa.Text, nullable=False),
        sa.Column("flags", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "target_rules", sa.Column("version", sa.String(16), primary_key=True), if_not_exists=True
    )
