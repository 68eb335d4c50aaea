"""What the three tabs of an order say, as headings and rows of words; card and text only set them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from channelkit.model.orders import Copy, Line, OrderChange
from channelkit.report.deeds import tell_outcome
from channelkit.report.grids import Column, Grid
from channelkit.report.order_details import OrderDetails, deed_words
from channelkit.report.order_words import is_to_ship, status_words
from channelkit.report.wording import condition_words, count, counted, listed, moment, money

NOT_GIVEN = "not given by Amazon"

PARTS = {
    "name": "name",
    "street": "street",
    "city": "city",
    "postcode": "postcode",
    "country": "country",
    "phone": "phone",
    "email": "e-mail address",
}
"""What may be known of a person; never what it is, only whether it is there."""


@dataclass(frozen=True)
class Said:
    """One line of the details: what it is about, what it is, and a remark."""

    label: str
    value: str
    remark: str = ""
    is_bad: bool = False


def list_details(told: OrderDetails) -> list[Said]:
    """Return what Amazon and Commerce say of the order as a whole."""
    order = told.order
    copies = [
        Said("In Commerce", f"No. {copy.increment_id}", f"{_state(copy)}, {_money(told, copy.total)}")
        for copy in told.copies
    ] or [Said("In Commerce", "not there")]
    programs = listed([status_words(word) for word in order.programs]) if order.programs else "none"
    unit_words = f"{counted(told.shipped, 'unit')} shipped, {order.open_units:,} to ship"
    cancelled = sum(line.cancelled for line in order.lines)
    lines = [
        Said("Status", status_words(order.status)),
        *copies,
        Said("Grand total", _money(told, order.total) if order.total is not None else "Amazon does not tell yet"),
        Said("Units", unit_words + (f", {cancelled:,} cancelled" if cancelled else "")),
        Said("Held in stock", "nothing" if not told.reserved else counted(told.reserved, "unit")),
        Said("Bought", _moment(told, order.created_at)),
        Said("Last changed", _moment(told, order.updated_at)),
        Said("Programmes", programs),
    ]
    if order.replaces:
        lines.append(Said("Replaces", order.replaces, "without payment"))
    if order.wants_cancellation:
        lines.append(Said("Cancellation", "the buyer asks for it", order.cancel_reason, is_bad=True))
    elif order.cancel_reason:
        lines.append(Said("Cancelled because", order.cancel_reason))
    return lines


def list_shipping(told: OrderDetails) -> list[Said]:
    """Return how, when and to whom it goes; the person only as a pseudonym."""
    order = told.order
    waits = is_to_ship(order.status, order.fulfilled_by)
    lines = [
        Said("Shipped by", "the merchant" if told.is_merchant else "Amazon"),
        Said("Service", status_words(order.service_level) if order.service_level else "–"),
        Said("Ship by", _moment(told, order.ship_by), told.time_left if waits else "", is_bad=told.is_late),
        Said("Deliver by", _moment(told, order.deliver_by)),
    ]
    if told.delivered_at:
        lines.append(Said("Delivered", _moment(told, told.delivered_at)))
    lines.append(Said("Buyer", order.pseudonym or "not known yet"))
    missing = [part for part in PARTS if part in order.lacking]
    given = [words for part, words in PARTS.items() if part not in order.lacking and part != "country"]
    if order.pseudonym and given:
        lines.append(Said("Amazon gave", listed(given)))
    if order.country:
        lines.append(Said("Goes to", order.country))
    lines += [Said(PARTS[part].capitalize(), NOT_GIVEN) for part in missing if part != "country" or not order.country]
    return lines


def items_grid(told: OrderDetails) -> Grid:
    """Return the order's items: what was ordered and shipped, what it is, and what it costs."""
    columns = (
        Column("Shipped", "shipped", "number"),
        Column("Title", "title", "long"),
        Column("ASIN", "asin", "key"),
        Column("Seller SKU", "sku", "key"),
        Column("Product", "product", "key"),
        Column("Condition", "condition"),
        Column("Price", "price", "number"),
        Column("Tax", "tax", "number"),
        Column("Shipping", "shipping", "number"),
        Column("Discount", "discount", "number"),
    )
    rows = [_item(told, line) for line in told.order.lines]
    return Grid("Items", columns, rows, len(rows), "Amazon has not told of any item yet.")


def tracking_grids(told: OrderDetails) -> list[Grid]:
    """Return the parcels that Amazon knows of, Commerce's shipments, and what came back."""
    sent = (
        Column("Title", "title", "long"),
        Column("Units", "units", "number"),
        Column("Carrier", "carrier"),
        Column("Method", "method"),
        Column("Tracking number", "number", "key"),
        Column("Shipped", "at", "time"),
        Column("State", "state"),
    )
    parcels, shipments = list(_parcels(told)), list(_shipments(told))
    grids = [
        Grid("Parcels that Amazon knows of", sent, parcels, len(parcels), "Amazon knows of no parcel yet."),
        Grid("Shipments in Commerce", sent[:6], shipments, len(shipments), "Commerce has no shipment of it yet."),
    ]
    if told.returns:
        backs = [
            {
                "id": back.return_id,
                "title": back.seller_sku,
                "units": count(back.units),
                "status": back.status,
                "at": _moment(told, back.received_at or back.requested_at),
                "refunded": _money(told, back.refunded) if back.refunded else "–",
                "reason": back.reason or "–",
            }
            for back in told.returns
        ]
        columns = (
            *(Column("Return", "id", "key"), Column("Seller SKU", "title", "key"), Column("Units", "units", "number")),
            *(Column("Status", "status"), Column("Last step", "at", "time"), Column("Refunded", "refunded", "number")),
            Column("Reason", "reason"),
        )
        grids.append(Grid("Returns", columns, backs, len(backs)))
    if told.credit_memos:
        memos = [
            {
                "id": str(memo.memo_id),
                "units": count(sum(units for _, units in memo.units)),
                "total": _money(told, memo.total),
                "at": _moment(told, memo.created_at),
            }
            for memo in told.credit_memos
        ]
        memo_columns = (
            *(Column("Credit memo", "id", "key"), Column("Units", "units", "number")),
            *(Column("Total", "total", "number"), Column("Made", "at", "time")),
        )
        grids.append(Grid("Credit memos in Commerce", memo_columns, memos, len(memos)))
    return grids


def deeds_grid(told: OrderDetails) -> Grid:
    """Return what is done about the order, the newest first."""
    rows = [
        {
            "what": deed_words(change) + (f" ({change.key})" if change.key else ""),
            "outcome": _outcome(change),
            "because": change.because,
            "by": change.ordered_by or "channelkit",
            "at": _moment(told, change.planned_at),
            "state": change.state,
        }
        for change in reversed(told.changes)
    ]
    columns = (
        *(Column("What", "what"), Column("How far", "outcome", "long"), Column("Why", "because", "long")),
        *(Column("By", "by"), Column("Planned", "at", "time")),
    )
    return Grid("What is done about it", columns, rows, len(rows), "Nothing is to be done about it.")


def sum_words(told: OrderDetails) -> str:
    """Return what the items come to, beside what the buyer pays."""
    order = told.order
    if order.total is None or not order.lines:
        return ""
    amounts = [line.amounts for line in order.lines]
    parts = {
        "items": sum(each.item for each in amounts),
        "shipping": sum(each.shipping for each in amounts),
        "gift wrap": sum(each.gift_wrap for each in amounts),
        "cash on delivery": sum(each.cod for each in amounts),
        "other": sum(each.other for each in amounts),
        "discount": -sum(each.discount for each in amounts),
    }
    tax = sum(each.tax for each in amounts)
    told_parts = [f"{name} {_money(told, value)}" for name, value in parts.items() if value or name == "items"]
    net = sum(parts.values())
    if tax:
        how = "and" if net + tax == order.total else "including" if net == order.total else "with"
        told_parts.append(f"{how} tax {_money(told, tax)}")
    words = f"{', '.join(told_parts)}. Grand total {_money(told, order.total)}."
    if order.total not in (net, net + tax):
        words += f" The items do not come to that: {_money(told, order.total - net - tax)} is not explained."
    return words[0].upper() + words[1:]


def _state(copy: Copy) -> str:
    """Return Commerce's state and status, which are often the same word."""
    return ", ".join(dict.fromkeys((copy.state, copy.status)))


def _outcome(change: OrderChange) -> str:
    row = asdict(change)
    words = tell_outcome(row)
    return words if change.state != "dropped" else f"not done: {change.note}" if change.note else "not done"


def _item(told: OrderDetails, line: Line) -> dict[str, str]:
    amounts = line.amounts
    cancelled = f", {line.cancelled:,} cancelled" if line.cancelled else ""
    return {
        "shipped": f"{line.fulfilled:,} of {line.ordered:,}{cancelled}",
        "title": line.title or line.seller_sku,
        "asin": line.asin or "–",
        "sku": line.seller_sku,
        "product": told.products.get(line.seller_sku) or "not linked",
        "condition": condition_words(line.condition),
        "price": _money(told, amounts.item),
        "tax": _money(told, amounts.tax),
        "shipping": _money(told, amounts.shipping),
        "discount": _money(told, -amounts.discount) if amounts.discount else "–",
    }


def _parcels(told: OrderDetails) -> Iterator[dict[str, str]]:
    for parcel in told.order.parcels:
        for item_id, units in parcel.units or (("", 0),):
            yield {
                "title": _title(told, item_id),
                "units": count(units or None),
                "carrier": parcel.carrier or "–",
                "method": parcel.service or "–",
                "number": parcel.tracking or "–",
                "at": _moment(told, parcel.shipped_at),
                "state": status_words(parcel.status) if parcel.status else "–",
            }


def _shipments(told: OrderDetails) -> Iterator[dict[str, str]]:
    for shipment in told.shipments:
        carriers = ", ".join(dict.fromkeys(track.carrier_code for track in shipment.tracks)) or "–"
        titles = ", ".join(dict.fromkeys(track.title for track in shipment.tracks if track.title)) or "–"
        numbers = ", ".join(track.number for track in shipment.tracks) or "no tracking number"
        for copy_item, units in shipment.units or ((0, 0),):
            yield {
                "title": _title(told, told.item_of(copy_item)),
                "units": count(units or None),
                "carrier": carriers,
                "method": titles,
                "number": numbers,
                "at": _moment(told, shipment.created_at),
            }


def _title(told: OrderDetails, item_id: str) -> str:
    line = told.line_of(item_id)
    return line.title or line.seller_sku if line else "not told"


def _money(told: OrderDetails, minor: int | None) -> str:
    return money(minor, told.order.currency)


def _moment(told: OrderDetails, ms: int | None) -> str:
    return moment(ms, told.site.time_zone)
