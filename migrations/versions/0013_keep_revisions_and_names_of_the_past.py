"""Keep revisions and names of the past"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty at first: the next start writes down what stands, and answers of the past begin there.
    op.create_table(
        "known_names",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "tool_id", name=op.f("pk_known_names")),
    )
    op.create_index(op.f("ix_known_names_tool_id"), "known_names", ["tool_id"], unique=False)
    op.create_table(
        "past_revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_past_revisions")),
    )
    op.create_index(op.f("ix_past_revisions_since"), "past_revisions", ["since"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_past_revisions_since"), table_name="past_revisions")
    op.drop_table("past_revisions")
    op.drop_index(op.f("ix_known_names_tool_id"), table_name="known_names")
    op.drop_table("known_names")
