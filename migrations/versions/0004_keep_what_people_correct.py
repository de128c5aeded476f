"""Keep what people correct in the machine's readings"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))

    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("stance", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("period_days", sa.Integer(), nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_corrections_source_id")),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_corrections_reading_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name=op.f("fk_corrections_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("public_id", name=op.f("uq_corrections_public_id")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_corrections_sentence"), ["sentence"], unique=False)

    op.create_table(
        "correction_effects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("overrules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_correction_effects_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name=op.f("fk_correction_effects_reading_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_effects")),
        sa.UniqueConstraint(
            "correction_id", "reading_id", name=op.f("uq_correction_effects_correction_id_reading_id")
        ),
    )
    with op.batch_alter_table("correction_effects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_effects_reading_id"), ["reading_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("correction_effects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_effects_reading_id"))

    op.drop_table("correction_effects")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_sentence"))
        batch_op.drop_index(batch_op.f("ix_corrections_source_id"))

    op.drop_table("corrections")
    # A clause that a person added is none of the machine's: without its mark it would pass for one.
    op.execute(sa.text("DELETE FROM clauses WHERE correction_id IS NOT NULL"))
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.drop_column("correction_id")
