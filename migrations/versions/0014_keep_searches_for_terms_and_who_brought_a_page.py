"""Keep searches for terms, and who brought a page"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "discoveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tool_id"], ["tools.id"], name=op.f("fk_discoveries_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discoveries")),
        sa.UniqueConstraint("key", name=op.f("uq_discoveries_key")),
    )
    op.create_index(op.f("ix_discoveries_state"), "discoveries", ["state"], unique=False)
    op.create_index(op.f("ix_discoveries_tool_id"), "discoveries", ["tool_id"], unique=False)
    with op.batch_alter_table("captures") as batch:
        batch.add_column(sa.Column("rendered", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("captured_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("brought_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("captures") as batch:
        batch.drop_column("brought_at")
        batch.drop_column("captured_by")
        batch.drop_column("rendered")
    op.drop_index(op.f("ix_discoveries_tool_id"), table_name="discoveries")
    op.drop_index(op.f("ix_discoveries_state"), table_name="discoveries")
    op.drop_table("discoveries")
