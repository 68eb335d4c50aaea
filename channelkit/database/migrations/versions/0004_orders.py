"""Orders: Amazon's, their copies, what is done about them, the stock ledger, and people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("seller_id", TEXT, nullable=False),
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("fulfilled_by", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("currency", TEXT, nullable=False, server_default=""),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("ship_by", sa.BigInteger(), nullable=True),
        sa.Column("deliver_by", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("service_level", TEXT, nullable=False, server_default=""),
        sa.Column("programs", TEXT, nullable=False, server_default=""),
        sa.Column("replaces", TEXT, nullable=False, server_default=""),
        sa.Column("wants_cancellation", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("cancel_reason", TEXT, nullable=False, server_default=""),
        sa.Column("country", TEXT, nullable=False, server_default=""),
        sa.Column("lacking", TEXT, nullable=False, server_default=""),
        sa.Column("pseudonym", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("store", "order_id"),
        sa.UniqueConstraint("seller_id", "order_id", name="orders_once"),
    )
    op.create_index("orders_created", "orders", ["store", "created_at"], unique=False)
    op.create_index("orders_observed", "orders", ["store", "observed_at"], unique=False)
    op.create_index("orders_status", "orders", ["store", "status"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("item_id", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=False, server_default=""),
        sa.Column("title", TEXT, nullable=False, server_default=""),
        sa.Column("condition", TEXT, nullable=False, server_default=""),
        sa.Column("product_sku", TEXT, nullable=True),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("fulfilled", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("shipping", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("gift_wrap", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("cod", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("other", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("discount", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("tax", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("tax_shipping", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("store", "order_id", "item_id"),
    )
    op.create_index("order_lines_sku", "order_lines", ["store", "seller_sku"], unique=False)
    op.create_table(
        "parcels",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("package_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False, server_default=""),
        sa.Column("carrier", TEXT, nullable=False, server_default=""),
        sa.Column("tracking", TEXT, nullable=False, server_default=""),
        sa.Column("service", TEXT, nullable=False, server_default=""),
        sa.Column("shipped_at", sa.BigInteger(), nullable=True),
        sa.Column("units", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("store", "order_id", "package_id"),
    )
    op.create_table(
        "copies",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("entity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("increment_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("lines", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("store", "order_id", "entity_id"),
    )
    op.create_index("copies_observed", "copies", ["store", "observed_at"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("shipment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("tracks", TEXT, nullable=False, server_default=""),
        sa.Column("units", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("shipment_id"),
    )
    op.create_index("shipments_order", "shipments", ["store", "order_id"], unique=False)
    op.create_table(
        "credit_memos",
        sa.Column("memo_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("units", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("memo_id"),
    )
    op.create_index("credit_memos_order", "credit_memos", ["store", "order_id"], unique=False)
    op.create_table(
        "returns",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("return_id", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("refunded", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("reason", TEXT, nullable=False, server_default=""),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "return_id"),
    )
    op.create_index("returns_order", "returns", ["store", "order_id"], unique=False)
    op.create_table(
        "order_changes",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False, server_default=""),
        sa.Column("run", TEXT, nullable=False, server_default=""),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False, server_default=""),
        sa.Column("because", TEXT, nullable=False, server_default=""),
        sa.Column("note", TEXT, nullable=False, server_default=""),
        sa.Column("code", TEXT, nullable=False, server_default=""),
        sa.Column("request_id", TEXT, nullable=False, server_default=""),
        sa.Column("submission_id", TEXT, nullable=False, server_default=""),
        sa.Column("ordered_by", TEXT, nullable=False, server_default=""),
        sa.Column("caused_at", sa.BigInteger(), nullable=True),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "order_id", "kind", "key", name="order_changes_once"),
    )
    op.create_index("order_changes_state", "order_changes", ["store", "state"], unique=False)
    op.create_table(
        "stands",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("blocker", TEXT, nullable=False, server_default=""),
        sa.Column("note", TEXT, nullable=False, server_default=""),
        sa.Column("next_step", TEXT, nullable=False, server_default=""),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "order_id"),
    )
    op.create_index("stands_stage", "stands", ["store", "stage"], unique=False)
    op.create_table(
        "stock_ledger",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("website", TEXT, nullable=False),
        sa.Column("product_sku", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("item_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False, server_default=""),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "order_id", "item_id", "kind", "source", name="stock_ledger_once"),
    )
    op.create_index("stock_ledger_product", "stock_ledger", ["website", "product_sku"], unique=False)
    op.create_table(
        "falls",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("store", "seller_sku"),
    )
    op.create_table(
        "unread_lines",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "order_id", "seller_sku"),
    )
    op.create_table(
        "backfills",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "order_counts",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("amazon", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.BigInteger(), nullable=False),
        sa.Column("copied", sa.BigInteger(), nullable=False),
        sa.Column("missing", TEXT, nullable=False, server_default=""),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "day"),
    )
    op.create_table(
        "people",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("pseudonym", TEXT, nullable=False),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", "order_id"),
    )
    op.create_index("people_pseudonym", "people", ["pseudonym"], unique=False)
    op.create_table(
        "people_log",
        sa.Column("id", NUMBERED, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("deed", TEXT, nullable=False),
        sa.Column("by_whom", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
