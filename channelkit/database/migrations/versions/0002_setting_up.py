"""Setting up: what a store is, tasks, attributes and changes towards Commerce, and how listings were matched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name, kind in (("confidence", sa.Float()), ("linked_by", TEXT), ("linked_at", sa.BigInteger())):
        op.add_column("tabs", sa.Column(name, kind, nullable=True))
    op.add_column("products", sa.Column("gcid", TEXT, nullable=True))
    for name, empty in (("state", "active"), ("email", ""), ("label", "")):
        op.add_column("stores", sa.Column(name, TEXT, nullable=False, server_default=empty))
    for name in ("connected_at", "golive_at"):
        op.add_column("stores", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("golive_by", "golive_fingerprint"):
        op.add_column("stores", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.create_table(
        "tasks",
        sa.Column("task", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("task", "store"),
    )
    op.create_table(
        "attribute_map",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("country", TEXT, nullable=False),
        sa.Column("amazon_attribute", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=False),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.Column("overwrite", sa.SmallInteger(), nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("store_views", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attribute_map_pair", "attribute_map", ["country", "amazon_attribute", "attribute"], unique=False)
    op.create_table(
        "attribute_values",
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=False),
        sa.Column("amazon_attribute", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marketplace_id", "asin", "amazon_attribute"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catalog_changes",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("plan", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("because", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("bulk_id", TEXT, nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("catalog_changes_plan", "catalog_changes", ["plan"], unique=False)
    op.create_index("catalog_changes_sku", "catalog_changes", ["sku"], unique=False)
    op.create_index("catalog_changes_state", "catalog_changes", ["state"], unique=False)
    op.create_table(
        "catalog_items",
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("found_by", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("brand", TEXT, nullable=True),
        sa.Column("product_type", TEXT, nullable=True),
        sa.Column("parent", sa.SmallInteger(), nullable=False),
        sa.Column("parent_asin", TEXT, nullable=True),
        sa.Column("children", TEXT, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marketplace_id", "product_sku", "asin"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catalog_searches",
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marketplace_id", "product_sku"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asins",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=False),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "product_sku"),
    )
    op.create_table(
        "answers",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("asked", TEXT, nullable=False),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("answers_listing", "answers", ["store", "seller_sku"], unique=False)
    op.create_table(
        "candidates",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("veto", TEXT, nullable=False),
        sa.Column("audit", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "seller_sku", "product_sku"),
        sqlite_with_rowid=False,
    )
