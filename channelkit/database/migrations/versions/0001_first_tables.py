"""The first tables: facts, tabs, journal, runs, quotas, leases, and the history's waiting room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "buckets",
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("operation", TEXT, nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("burst", sa.Float(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.Float(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "operation"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("because", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("submission_id", TEXT, nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_listing", "changes", ["store", "seller_sku"], unique=False)
    op.create_index("changes_state", "changes", ["store", "state"], unique=False)
    op.create_table(
        "failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("operation", TEXT, nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("fix", TEXT, nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("failures_at", "failures", ["at"], unique=False)
    op.create_table(
        "history_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "leases",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "listings",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("seller_sku", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=True),
        sa.Column("listing_id", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency", TEXT, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("pending_quantity", sa.BigInteger(), nullable=True),
        sa.Column("fulfillment_channel", TEXT, nullable=True),
        sa.Column("condition", TEXT, nullable=True),
        sa.Column("condition_note", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("buyable", sa.SmallInteger(), nullable=True),
        sa.Column("discoverable", sa.SmallInteger(), nullable=True),
        sa.Column("issues", TEXT, nullable=True),
        sa.Column("product_type", TEXT, nullable=True),
        sa.Column("product_id", TEXT, nullable=True),
        sa.Column("product_id_type", TEXT, nullable=True),
        sa.Column("image_url", TEXT, nullable=True),
        sa.Column("opened", TEXT, nullable=True),
        sa.Column("shipping_group", TEXT, nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=True),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.Column("missing_last", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store", "seller_sku"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "listings_missing",
        "listings",
        ["store", "missing_since"],
        unique=False,
        sqlite_where=sa.text("missing_since IS NOT NULL"),
        postgresql_where=sa.text("missing_since IS NOT NULL"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("plans_store", "plans", ["store", "made_at"], unique=False)
    op.create_table(
        "product_scopes",
        sa.Column("store_view", TEXT, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("enabled", sa.SmallInteger(), nullable=True),
        sa.Column("price", TEXT, nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store_view", "sku"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("type", TEXT, nullable=True),
        sa.Column("enabled", sa.SmallInteger(), nullable=True),
        sa.Column("visibility", sa.BigInteger(), nullable=True),
        sa.Column("attribute_set", sa.BigInteger(), nullable=True),
        sa.Column("price", TEXT, nullable=True),
        sa.Column("websites", TEXT, nullable=True),
        sa.Column("seller_sku", TEXT, nullable=True),
        sa.Column("asin", TEXT, nullable=True),
        sa.Column("upc", TEXT, nullable=True),
        sa.Column("ean", TEXT, nullable=True),
        sa.Column("isbn", TEXT, nullable=True),
        sa.Column("gtin", TEXT, nullable=True),
        sa.Column("attributes", TEXT, nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=True),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sku"),
        sqlite_with_rowid=False,
    )
    op.create_index("products_entity", "products", ["entity_id"], unique=False)
    op.create_table(
        "reference",
        sa.Column("system", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("system", "kind"),
    )
    op.create_table(
        "reports",
        sa.Column("report_id", TEXT, nullable=False),
        sa.Column("store", TEXT, nullable=False),
        sa.Column("report_type", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("reports_store", "reports", ["store", "report_type"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("job", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("notebook", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("runs_started", "runs", ["started_at"], unique=False)
    op.create_table(
        "stock",
        sa.Column("website", TEXT, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("salable", sa.BigInteger(), nullable=True),
        sa.Column("in_stock", sa.SmallInteger(), nullable=True),
        sa.Column("managed", sa.SmallInteger(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("website", "sku"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stores",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("marketplace_id", TEXT, nullable=False),
        sa.Column("website", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "tabs",
        sa.Column("store", TEXT, nullable=False),
        sa.Column("listed", sa.SmallInteger(), nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("asin", TEXT, nullable=True),
        sa.Column("product_sku", TEXT, nullable=True),
        sa.Column("method", TEXT, nullable=True),
        sa.Column("evidence", TEXT, nullable=True),
        sa.Column("tab", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("next_step", TEXT, nullable=True),
        sa.Column("actions", TEXT, nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("stale", sa.SmallInteger(), nullable=True),
        sa.Column("wanted_price", sa.BigInteger(), nullable=True),
        sa.Column("wanted_quantity", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store", "listed", "sku"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watermarks",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
