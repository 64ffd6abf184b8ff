"""The receipt of the answer; a file from before Alembic may have it already."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    columns = sa.inspect(op.get_bind()).get_columns("feedback")
    if all(column["name"] != "receipt" for column in columns):
        op.add_column("feedback", sa.Column("receipt", sa.Text))
