"""Find when plans were judged last without reading the judgements"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assessments_plan_id_made_at", "assessments", ["plan_id", "made_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_assessments_plan_id_made_at", table_name="assessments")
