"""Shipments: those that the warehouse made, read; and those that Amazon alone knows of, noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_SHIPMENTS, SHIP_ORDER
from channelkit.commerce.order_rows import PAGE, read_pages, read_time, read_units
from channelkit.model.orders import Shipment, Track

_FIELDS = "entity_id,order_id,created_at,updated_at,tracks[carrier_code,title,track_number],items[order_item_id,qty]"


class FoundShipment(NamedTuple):
    """A shipment as Commerce shows it.

    Arguments:
        entity_id: Commerce's number of its order; the shipment's own ``order_id``, which is Amazon's, is still empty.
        changed_at: milliseconds since 1970, by Commerce's clock.
    """

    entity_id: int
    changed_at: int
    shipment: Shipment


def read_shipments(commerce: Commerce, since_ms: int | None, page_size: int = PAGE) -> Iterator[list[FoundShipment]]:
    """Yield, page by page, the shipments of all orders that have changed; a track that is added later changes one.

    Arguments:
        since_ms: the newest ``changed_at`` that was seen; two minutes before it are read again. None reads all.

    Raises:
        TemporaryError: a page repeats or is missing, so the reading would not be complete.
    """
    for rows in read_pages(commerce, LIST_SHIPMENTS, _FIELDS, since_ms, page_size=page_size):
        yield [_found(row) for row in rows]


def list_shipments(commerce: Commerce, entity_id: int) -> list[Shipment]:
    """Return the shipments of one order of Commerce's; Amazon's number of it is not in them."""
    pages = read_pages(commerce, LIST_SHIPMENTS, _FIELDS, None, Filter("order_id", str(entity_id)))
    return [_found(row).shipment for rows in pages for row in rows]


def ship(
    commerce: Commerce,
    entity_id: int,
    units: Sequence[tuple[int, int]],
    tracks: Sequence[Track] = (),
    source: str = "",
) -> int:
    """Note a shipment of an order, so that the units leave their source, and return its number; nobody is told.

    Arguments:
        units: by item of the copy.
        source: where they left from; empty lets Commerce choose.

    Raises:
        RefusedError: more than is left, or the source has too little.
        TemporaryError: it may have been noted: look with `list_shipments` before it is sent again.
    """
    body: dict[str, Any] = {
        "items": [{"order_item_id": item_id, "qty": count} for item_id, count in units],
        "notify": False,
        "tracks": [
            {"track_number": track.number, "title": track.title, "carrier_code": track.carrier_code} for track in tracks
        ],
    }
    if source:
        body["arguments"] = {"extension_attributes": {"source_code": source}}
    # The number comes as text.
    return int(commerce.call(SHIP_ORDER, path={"id": str(entity_id)}, body=body))


def _found(row: Mapping[str, Any]) -> FoundShipment:
    created = read_time(str(row["created_at"]))
    shipment = Shipment(
        shipment_id=int(row["entity_id"]),
        order_id="",
        created_at=created,
        tracks=tuple(
            Track(
                str(track.get("carrier_code") or ""),
                str(track.get("title") or ""),
                str(track.get("track_number") or ""),
            )
            for track in row.get("tracks") or ()
        ),
        units=tuple((int(item["order_item_id"]), read_units(item["qty"])) for item in row.get("items") or ()),
    )
    changed = row.get("updated_at")
    return FoundShipment(int(row["order_id"]), read_time(str(changed)) if changed else created, shipment)
