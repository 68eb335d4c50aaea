"""With each line of an order when it was sold and for how much, and side by side the little that is sold out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from channelkit.model.marketplaces import MARKETPLACES

revision = "0007"
down_revision = "0006"

_SOLD = """
update order_lines set sold_at = (
  select orders.created_at from orders
  where orders.store = order_lines.store and orders.order_id = order_lines.order_id
    and orders.status not in ('CANCELLED', 'UNFULFILLABLE')
)
"""
_SOLD_FOR = """
update order_lines set sold_for = (item - discount) * (ordered - cancelled) / ordered
where sold_at is not null and ordered > 0 and exists (
  select 1 from orders
  where orders.store = order_lines.store and orders.order_id = order_lines.order_id
    and orders.marketplace_id = :marketplace and orders.currency = :currency
)
"""


def upgrade() -> None:
    for name in ("sold_at", "sold_for"):
        op.add_column("order_lines", sa.Column(name, sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    connection.execute(sa.text(_SOLD))
    known = set(connection.execute(sa.text("select distinct marketplace_id from orders")).scalars())
    for each in MARKETPLACES:
        if each.id in known:
            connection.execute(sa.text(_SOLD_FOR), {"marketplace": each.id, "currency": each.currency})
    op.drop_index("order_lines_sku", "order_lines")
    op.create_index(
        "order_lines_sold",
        "order_lines",
        ["store", "seller_sku", "sold_at", "ordered", "cancelled", "sold_for"],
        unique=False,
    )
    for table, column, place in (("listings", "quantity", "store"), ("stock", "salable", "website")):
        is_out = sa.text(f"{column} <= 0")
        op.create_index(
            f"{table}_out", table, [place, column], unique=False, sqlite_where=is_out, postgresql_where=is_out
        )
