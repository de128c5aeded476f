"""Keep look-ups that got one answer together in one row"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lookups") as batch:
        batch.add_column(sa.Column("names", sa.String(), nullable=True))
    op.execute("UPDATE lookups SET names = id")
    with op.batch_alter_table("lookups") as batch:
        batch.alter_column("names", existing_type=sa.String(), nullable=False)


def downgrade() -> None:
    connection = op.get_bind()
    several = connection.execute(
        sa.text("SELECT caller, subject, answer_id, names FROM lookups WHERE names <> id")
    ).all()
    op.execute("UPDATE lookups SET names = id")
    add = sa.text(
        "INSERT INTO lookups (id, caller, subject, answer_id, names) "
        "VALUES (:id, :caller, :subject, :answer_id, :id)"
    )
    for caller, subject, answer_id, names in several:
        rest = names.split(" ")[1:]
        common = {"caller": caller, "subject": subject, "answer_id": answer_id}
        connection.execute(add, [{"id": name, **common} for name in rest])
    with op.batch_alter_table("lookups") as batch:
        batch.drop_column("names")
