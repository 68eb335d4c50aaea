"""Tables of trends: figures by day, results of tests of the data, alerts, and what others offer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "daily_tabs",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("tab", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("brand", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.Column("sold_out", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("priced", sa.BigInteger(), nullable=False),
        sa.Column("prices", sa.BigInteger(), nullable=False),
        sa.Column("featured", sa.BigInteger(), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "day", "tab", "status", "brand", "category"),
    )
    op.create_table(
        "daily_moves",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("from_tab", TEXT, nullable=False),
        sa.Column("to_tab", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("brand", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "day", "from_tab", "to_tab", "status", "brand", "category"),
    )
    op.create_table(
        "daily_flows",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("from_tab", TEXT, nullable=False),
        sa.Column("to_tab", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "day", "from_tab", "to_tab", "status", "reason"),
    )
    op.create_table(
        "daily_prices",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("median_price", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store", "day"),
    )
    op.create_table(
        "daily_crossings",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("is_out", sa.SmallInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store", "day", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quality_results",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("test", TEXT, nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("failing", sa.BigInteger(), nullable=False),
        sa.Column("examples", TEXT, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("quality_results_test", "quality_results", ["store", "test", "at"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False, server_default=""),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("fix", TEXT, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("told_how", TEXT, nullable=False, server_default=""),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_key", "alerts", ["key", "closed_at"], unique=False)
    op.create_table(
        "competition",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=False),
        sa.Column("condition", TEXT, nullable=False),
        sa.Column("offers", TEXT, nullable=False),
        sa.Column("featured_seller", TEXT, nullable=False, server_default=""),
        sa.Column("featured_landed", sa.BigInteger(), nullable=True),
        sa.Column("lowest_landed", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=False, server_default=""),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "asin", "condition"),
    )
