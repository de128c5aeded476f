"""Keep the facts of plans side by side, and find events, flags and decisions by what pages ask for"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The weights are those of `registry.gravity` when this was written.
_NEWEST = """
INSERT INTO plan_facts (plan_id, assessment_id, training, retention, retention_days, reuse, gravity)
SELECT plan_id, id, training, retention, retention_days, reuse,
       CASE WHEN training IN ('prohibited', 'opt_in') THEN 0 WHEN training = 'opt_out' THEN 1
            WHEN training IN ('permitted', 'conflicting') THEN 16 ELSE 4 END
     + CASE WHEN retention IN ('none', 'bounded') THEN 0 WHEN retention = 'user_control' THEN 1
            WHEN retention IN ('open_ended', 'conflicting') THEN 16 ELSE 4 END
     + CASE WHEN reuse = 'service_only' THEN 0 WHEN reuse = 'improve' THEN 1
            WHEN reuse IN ('broad', 'conflicting') THEN 16 ELSE 4 END
FROM (
    SELECT a.plan_id AS plan_id, a.id AS id, max(t.answer) AS training, max(r.answer) AS retention,
           max(r.days) AS retention_days, max(u.answer) AS reuse
    FROM assessments a
    LEFT JOIN facts t ON t.assessment_id = a.id AND t.family = 'training'
    LEFT JOIN facts r ON r.assessment_id = a.id AND r.family = 'retention'
    LEFT JOIN facts u ON u.assessment_id = a.id AND u.family = 'reuse'
    WHERE a.id IN (SELECT max(id) FROM assessments GROUP BY plan_id)
    GROUP BY a.plan_id, a.id
) AS newest
"""
_INDEXES = (
    ("ix_audit_events_action_id", "audit_events", ["action", "id"]),
    ("ix_audit_events_actor_id", "audit_events", ["actor", "id"]),
    ("ix_decisions_expires_at", "decisions", ["expires_at"]),
    ("ix_flags_closed_at", "flags", ["closed_at"]),
    ("ix_flags_opened_at", "flags", ["opened_at"]),
    ("ix_plan_facts_gravity", "plan_facts", ["gravity"]),
    ("ix_plans_status", "plans", ["status"]),
    ("ix_requests_closed_at", "requests", ["closed_at"]),
)


def upgrade() -> None:
    op.create_table(
        "plan_facts",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("training", sa.String(), nullable=True),
        sa.Column("retention", sa.String(), nullable=True),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("reuse", sa.String(), nullable=True),
        sa.Column("gravity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_plan_facts_assessment_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_facts_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_facts")),
    )
    op.execute(_NEWEST)
    for name, table, columns in _INDEXES:
        op.create_index(op.f(name), table, columns, unique=False)


def downgrade() -> None:
    for name, table, _columns in reversed(_INDEXES):
        op.drop_index(op.f(name), table_name=table)
    op.drop_table("plan_facts")
