"""Keep what looks pass over, and what they put before a person"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "noise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("pass_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("against_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["against_id"], ["documents.id"], name=op.f("fk_noise_against_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_noise_document_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_noise_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noise")),
        sa.UniqueConstraint("source_id", "pass_key", name=op.f("uq_noise_source_id_pass_key")),
    )
    with op.batch_alter_table("noise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_noise_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_noise_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_noise_source_id"), ["source_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("former_id", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("went_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_notices_document_id")),
        sa.ForeignKeyConstraint(["former_id"], ["documents.id"], name=op.f("fk_notices_former_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_notices_source_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tools.id"], name=op.f("fk_notices_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_tool_id"), ["tool_id"], unique=False)

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words", sa.String(), nullable=True))

    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.add_column(sa.Column("went_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_column("went_back_at")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_column("words")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_tool_id"))
        batch_op.drop_index(batch_op.f("ix_notices_source_id"))
        batch_op.drop_index(batch_op.f("ix_notices_closed_at"))

    op.drop_table("notices")
    with op.batch_alter_table("noise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_noise_source_id"))
        batch_op.drop_index(batch_op.f("ix_noise_kind"))
        batch_op.drop_index(batch_op.f("ix_noise_at"))

    op.drop_table("noise")
