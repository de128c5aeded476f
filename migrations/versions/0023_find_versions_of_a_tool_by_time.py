"""Find the versions of a tool by time, and keep since when a source is put off"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch:
        batch.add_column(sa.Column("put_off_since", sa.DateTime(timezone=True), nullable=True))
    # Both questions of versions name tools; the index of a tool alone is the beginning of this one.
    op.create_index("ix_tool_versions_tool_id_since", "tool_versions", ["tool_id", "since"], unique=False)
    op.drop_index(op.f("ix_tool_versions_tool_id"), table_name="tool_versions")
    op.drop_index(op.f("ix_tool_versions_since"), table_name="tool_versions")


def downgrade() -> None:
    op.create_index(op.f("ix_tool_versions_since"), "tool_versions", ["since"], unique=False)
    op.create_index(op.f("ix_tool_versions_tool_id"), "tool_versions", ["tool_id"], unique=False)
    op.drop_index("ix_tool_versions_tool_id_since", table_name="tool_versions")
    with op.batch_alter_table("sources", schema=None) as batch:
        batch.drop_column("put_off_since")
