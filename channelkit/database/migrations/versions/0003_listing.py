"""Listing: rules, decisions, bulk submissions, Amazon's definitions, saved views, and changes of text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("listings", sa.Column("handling_days", sa.BigInteger(), nullable=True))
    op.add_column("tabs", sa.Column("seller_sku", TEXT, nullable=True))
    op.create_index("tabs_product", "tabs", ["store", "product_sku"], unique=False)
    with op.batch_alter_table("changes") as changes:
        changes.alter_column("after", existing_type=sa.BigInteger(), nullable=True)
        changes.add_column(sa.Column("before_text", TEXT, nullable=True))
        changes.add_column(sa.Column("after_text", TEXT, nullable=True))
        changes.add_column(sa.Column("ordered_by", TEXT, nullable=False, server_default=""))
        changes.add_column(sa.Column("feed", TEXT, nullable=False, server_default=""))
    fed = sa.text("feed != ''")
    op.create_index("changes_feed", "changes", ["feed"], unique=False, sqlite_where=fed, postgresql_where=fed)
    op.create_table(
        "rules",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.Column("moves", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rules_store", "rules", ["store", "id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=True),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("decisions_listing", "decisions", ["store", "seller_sku", "kind"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("feed_id", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("document_id", TEXT, nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("note", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("feed_id"),
    )
    op.create_index("feeds_store", "feeds", ["store", "state"], unique=False)
    op.create_table(
        "definitions",
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("product_type", TEXT, nullable=False),
        sa.Column("checksum", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("required", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marketplace_id", "product_type"),
    )
    op.create_table(
        "views",
        sa.Column("page", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("page", "name"),
    )
