"""Find the sources whose hosts let nobody in, without looking at all others"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NAME = "ix_sources_put_off_since"


def upgrade() -> None:
    op.create_index(op.f(_NAME), "sources", ["put_off_since"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(_NAME), table_name="sources")
