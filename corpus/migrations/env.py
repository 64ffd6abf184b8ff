"""What Alembic runs around the scripts: on the connection, and so in the transaction, given."""

from alembic import context

from corpus.migrate import History

history: History = context.config.attributes["history"]
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=history.tables,
    version_table=history.revision_table.name,
)
with context.begin_transaction():
    context.run_migrations()
