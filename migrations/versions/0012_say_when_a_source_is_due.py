"""Say when a source is due, and whose turn it is at a host"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WEEK_S = 7 * 24 * 3600
SPREAD = 2654435761
"""A prime near the golden ratio of 32 bits: neighbours by number fall far apart."""


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visitor", sa.String(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cadence_days", sa.Integer(), server_default="7", nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_sources_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sources_failures"), ["failures"], unique=False)

    with op.batch_alter_table("vettings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_by", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_vettings_state"), ["state"], unique=False)

    _spread_over_the_week()


def downgrade() -> None:
    with op.batch_alter_table("vettings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vettings_state"))
        batch_op.drop_column("due_by")

    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sources_failures"))
        batch_op.drop_index(batch_op.f("ix_sources_due_at"))
        batch_op.drop_column("failing_since")
        batch_op.drop_column("failures")
        batch_op.drop_column("due_at")
        batch_op.drop_column("cadence_days")

    op.drop_table("hosts")


def _spread_over_the_week() -> None:
    """Let what was looked at every week be looked at within a week, not all of it at once."""
    sources = sa.table(
        "sources",
        sa.column("id", sa.Integer),
        sa.column("tool_id", sa.Integer),
        sa.column("active", sa.Boolean),
        sa.column("due_at", sa.DateTime(timezone=True)),
    )
    plans = sa.table("plans", sa.column("tool_id", sa.Integer), sa.column("status", sa.String))
    asked_for = sa.select(plans.c.tool_id).where(plans.c.status != "listed")
    tools = sa.select(sources.c.tool_id).where(sources.c.active, sources.c.tool_id.in_(asked_for)).distinct()
    now = datetime.now(UTC)
    connection = op.get_bind()
    for tool_id in connection.execute(tools).scalars().all():
        due_at = now + timedelta(seconds=tool_id * SPREAD % WEEK_S)
        due = sa.update(sources).where(sources.c.tool_id == tool_id, sources.c.active)
        connection.execute(due.values(due_at=due_at))
