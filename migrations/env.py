"""What Alembic runs: the connection comes from app/migrate.py, the goal is registry/tables/."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from registry.tables import METADATA, UtcDateTime


def _plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the database's own types, so that an old migration stands without this code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_plain_types,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
