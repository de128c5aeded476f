"""Keep what texts name and facts overrule"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_references",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("incorporated", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name=op.f("fk_document_references_reading_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_references")),
    )
    with op.batch_alter_table("document_references", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_references_reading_id"), ["reading_id"], unique=False)

    with op.batch_alter_table("facts", schema=None) as batch_op:
        # Facts that are there already were stored without: nothing is known of what they overruled.
        batch_op.add_column(
            sa.Column("overruled_ids", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.alter_column(
            "overruled_ids", existing_type=sa.JSON(), existing_nullable=False, server_default=None
        )


def downgrade() -> None:
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_column("overruled_ids")

    with op.batch_alter_table("document_references", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_references_reading_id"))

    op.drop_table("document_references")
