"""People, their sessions, tasks and what they looked at; switches of playbooks; doors for systems.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables only: nothing that was kept changes."""
    op.create_table(
        "person",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("one_time", sa.LargeBinary(), nullable=True),
        sa.Column("one_time_step", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until_us", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=("pk_person")),
    )
    op.create_index(("ix_person_role"), "person", ["role"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=("pk_session")),
    )
    op.create_index(("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=("pk_api_key")),
    )
    op.create_index(("ix_api_key_person_id"), "api_key", ["person_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("adviser_id", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=("pk_assignment")),
    )
    op.create_index(("ix_assignment_adviser_id"), "assignment", ["adviser_id"], unique=False)
    op.create_table(
        "access_entry",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("allowed", sa.SmallInteger(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=("pk_access_entry")),
    )
    op.create_index(("ix_access_entry_client_id"), "access_entry", ["client_id"], unique=False)
    op.create_index(("ix_access_entry_person_id"), "access_entry", ["person_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("duty", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("good_bp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=("pk_task")),
        sa.UniqueConstraint("task_id", name=("uq_task_task_id")),
    )
    op.create_index("ix_task_assignee_state", "task", ["assignee", "state"], unique=False)
    op.create_index(("ix_task_client_id"), "task", ["client_id"], unique=False)
    op.create_table(
        "playbook_switch",
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("off", sa.SmallInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("playbook", name=("pk_playbook_switch")),
    )
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name=("pk_webhook")),
    )
    op.create_index(("ix_webhook_person_id"), "webhook", ["person_id"], unique=False)
    op.create_table(
        "webhook_call",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("row", name=("pk_webhook_call")),
        sa.UniqueConstraint("call_id", name=("uq_webhook_call_call_id")),
    )
    op.create_index("ix_webhook_call_state_next_us", "webhook_call", ["state", "next_us"], unique=False)
    op.create_index(("ix_webhook_call_webhook_id"), "webhook_call", ["webhook_id"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person_id", name=("pk_idempotency")),
    )
