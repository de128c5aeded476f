"""Find events by actor and action together: who asks for something rare of somebody busy reads few rows"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NAME = "ix_audit_events_actor_action_id"


def upgrade() -> None:
    op.create_index(op.f(_NAME), "audit_events", ["actor", "action", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(_NAME), table_name="audit_events")
