"""Prices: terms of offers beside the price, rules in versions, fees, and tries on a few listings first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("listings", sa.Column("business", TEXT, nullable=True))
    op.add_column("listings", sa.Column("sale", TEXT, nullable=True))
    for name in ("list_price", "least_price", "largest_price"):
        op.add_column("listings", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("product_scopes", sa.Column("prices", TEXT, nullable=True))
    op.create_table(
        "price_rules",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("price_rules_store", "price_rules", ["store", "id"], unique=False)
    op.create_table(
        "fees",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("referral", sa.BigInteger(), nullable=True),
        sa.Column("fulfillment", sa.BigInteger(), nullable=True),
        sa.Column("other", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=False, server_default=""),
        sa.Column("note", TEXT, nullable=False, server_default=""),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "seller_sku"),
    )
    op.create_table(
        "canaries",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("share", TEXT, nullable=False),
        sa.Column("prices", TEXT, nullable=False),
        sa.Column("rest", TEXT, nullable=False, server_default=""),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", TEXT, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("canaries_store", "canaries", ["store", "id"], unique=False)
    priced = sa.text("field = 'price'")
    op.create_index(
        "changes_priced",
        "changes",
        ["store", "sent_at"],
        unique=False,
        sqlite_where=priced,
        postgresql_where=priced,
    )
    op.create_index("listings_asin", "listings", ["store", "asin", "condition", "buyable"], unique=False)
    op.create_index("competition_asked", "competition", ["store", "asked_at", "asin", "condition"], unique=False)
    op.create_index("fees_asked", "fees", ["store", "asked_at", "seller_sku"], unique=False)
