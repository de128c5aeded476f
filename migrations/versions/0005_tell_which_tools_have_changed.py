"""Tell look-ups which tools have changed"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty at first: whoever loads the registry loads all of it, and asks from there on.
    op.create_table(
        "tool_revisions",
        sa.Column("tool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tool_id", name=op.f("pk_tool_revisions")),
    )
    with op.batch_alter_table("tool_revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_revisions_number"), ["number"], unique=False)

    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("any_tool", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_column("any_tool")

    with op.batch_alter_table("tool_revisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tool_revisions_number"))

    op.drop_table("tool_revisions")
