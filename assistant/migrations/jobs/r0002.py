"""The order of the queue, which does not hang on the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    number = sa.Column("number", sa.Integer, nullable=False, server_default="0")
    op.add_column("jobs", number)
    jobs = sa.table("jobs", sa.column("id"), sa.column("at"), sa.column("number"))
    connection = op.get_bind()
    queued = connection.scalars(sa.select(jobs.c.id).order_by(jobs.c.at, jobs.c.id)).all()
    for place, id_ in enumerate(queued, 1):
        connection.execute(sa.update(jobs).where(jobs.c.id == id_).values(number=place))
    op.create_index("ix_jobs_number", "jobs", ["number"])
