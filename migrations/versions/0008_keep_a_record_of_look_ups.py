"""Keep a record of look-ups"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookup_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=True),
        sa.Column("decision", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_answers")),
        sa.UniqueConstraint("digest", name=op.f("uq_lookup_answers_digest")),
    )
    op.create_index(op.f("ix_lookup_answers_tool"), "lookup_answers", ["tool"], unique=False)
    op.create_table(
        "lookups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookups")),
    )
    op.create_index(op.f("ix_lookups_answer_id"), "lookups", ["answer_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_lookups_answer_id"), table_name="lookups")
    op.drop_table("lookups")
    op.drop_index(op.f("ix_lookup_answers_tool"), table_name="lookup_answers")
    op.drop_table("lookup_answers")
