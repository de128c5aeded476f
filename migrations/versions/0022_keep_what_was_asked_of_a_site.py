"""Keep what was asked of a site with what it answered"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch:
        batch.add_column(sa.Column("asked", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("captures", schema=None) as batch:
        batch.drop_column("asked")
