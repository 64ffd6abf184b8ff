"""Dates, subjects, departments; where the characters of a source went."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("documents", sa.Column("issued", sa.Date))
    op.add_column("documents", sa.Column("subject", sa.Text))
    op.add_column("documents", _list("recognised_pages"))
    op.add_column("clauses", _list("departments"))
    op.create_table(
        "ledger",
        sa.Column(
            "sha256",
            sa.String(64),
            sa.ForeignKey("sources.sha256", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("leftover", sa.Text),
        sa.Column("first_page", sa.Integer),
        sa.Column("last_page", sa.Integer),
        sa.Column("characters", sa.Integer, nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        if_not_exists=True,
    )


def _list(name: str) -> sa.Column[list[object]]:
    return sa.Column(name, sa.JSON, nullable=False, server_default="[]")
