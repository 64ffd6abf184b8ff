"""A count of changes; the version is counted by Alembic from here on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    counter = op.create_table("catalog_changes", number)
    op.bulk_insert(counter, [{"number": 0}])
    op.drop_table("schema_version", if_exists=True)
