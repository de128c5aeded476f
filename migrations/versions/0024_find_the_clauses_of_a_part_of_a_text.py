"""Find the clauses of a part of a text without reading all of them"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_clauses_reading_id_start",
        "clauses",
        ["reading_id", "start", "end", "family", "correction_id"],
        unique=False,
    )
    op.drop_index("ix_clauses_reading_id", table_name="clauses")


def downgrade() -> None:
    op.create_index("ix_clauses_reading_id", "clauses", ["reading_id"], unique=False)
    op.drop_index("ix_clauses_reading_id_start", table_name="clauses")
