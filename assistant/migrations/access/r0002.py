"""A count of changes, so that rights are read again only where they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    counter = op.create_table("access_changes", number)
    op.bulk_insert(counter, [{"number": 0}])
