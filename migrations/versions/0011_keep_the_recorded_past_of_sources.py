"""Keep the recorded past of sources"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recorded_sources",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("past_of", sa.Integer(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["past_of"], ["sources.id"], name=op.f("fk_recorded_sources_past_of")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_recorded_sources_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_recorded_sources")),
        sa.UniqueConstraint("past_of", name=op.f("uq_recorded_sources_past_of")),
    )


def downgrade() -> None:
    # What was imported stays where it is: those sources are retired, and nothing is judged by them.
    op.drop_table("recorded_sources")
