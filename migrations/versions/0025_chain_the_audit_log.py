"""Chain the audit log: whoever changes an event of it breaks the chain"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
        sa.UniqueConstraint("event_id"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("since_event", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # What was written before could have been changed before: the chain vouches for what comes from now on.
    op.execute(
        "INSERT INTO audit_head (id, place, digest, since_event) "
        "SELECT 1, 0, '', coalesce(max(id), 0) FROM audit_events"
    )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_links")
