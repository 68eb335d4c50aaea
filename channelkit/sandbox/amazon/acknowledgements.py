"""Amazon's work on order acknowledgements: each line judged, what it cancels, and the report on all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from channelkit.sandbox.amazon.orders import OPEN
from channelkit.sandbox.amazon.sales import Sales

XML_FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
FLAT_FEED = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
CANCEL_REASONS = frozenset(
    {
        "NoInventory",
        "ShippingAddressUndeliverable",
        "CustomerExchange",
        "BuyerCanceled",
        "GeneralAdjustment",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "CustomerReturn",
        "MerchandiseNotReceived",
        "PricingError",
    }
)
FLAT_COLUMNS = ("order-id", "amazon-order-item-code", "cancellation-reason-code")
UNREADABLE, UNKNOWN, IMPOSSIBLE, REASON = "5001", "18028", "18029", "18030"
"""Codes of the report: the document, the order or item, where they stand, and the reason."""

_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"'

Strike = Callable[[str], bool]


@dataclass(frozen=True)
class Acknowledgement:
    """One item that a feed acknowledges or cancels.

    Arguments:
        message: the message's id, or the record's number.
        item_id: empty for the order as a whole.
        reason: why it is cancelled; empty where the order is only acknowledged.
        alias: the merchant's own number.
    """

    message: str
    order_id: str
    item_id: str = ""
    reason: str = ""
    alias: str = ""
    fails: bool = True


@dataclass(frozen=True)
class Complaint:
    """What is wrong with an item."""

    about: Acknowledgement
    code: str
    words: str


def read_acknowledgements(feed_type: str, content: bytes | None) -> list[Acknowledgement] | str:
    """Return what a feed's document asks for, or why Amazon cannot work on it at all."""
    if content is None:
        return "The feed's document was never uploaded."
    try:
        return list(_read_xml(content) if feed_type == XML_FEED else _read_flat(content))
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        return f"The feed's document cannot be read: {error}."


def _read_xml(content: bytes) -> Iterator[Acknowledgement]:
    envelope = ElementTree.fromstring(content)  # noqa: S314 - whoever sends it runs on this machine
    if envelope.findtext("MessageType", "").strip() != "OrderAcknowledgement":
        raise ValueError("its MessageType is not OrderAcknowledgement")
    for message in envelope.iter("Message"):
        number = message.findtext("MessageID", "").strip()
        body = message.find("OrderAcknowledgement")
        if body is None or not number:
            raise ValueError("a Message lacks its MessageID or OrderAcknowledgement")
        order_id, alias = body.findtext("AmazonOrderID", "").strip(), body.findtext("MerchantOrderID", "").strip()
        fails = body.findtext("StatusCode", "").strip() == "Failure"
        items = body.findall("Item")
        if not items or not fails:
            yield Acknowledgement(number, order_id, alias=alias, fails=fails)
            continue
        for item in items:
            code, reason = item.findtext("AmazonOrderItemCode", ""), item.findtext("CancelReason", "")
            yield Acknowledgement(number, order_id, code.strip(), reason.strip(), alias)


def _read_flat(content: bytes) -> Iterator[Acknowledgement]:
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    # A template's first lines may stand above the names of the columns.
    head = next((place for place, row in enumerate(rows) if "order-id" in row), None)
    if head is None or set(FLAT_COLUMNS) - set(rows[head]):
        raise ValueError(f"its columns are not {', '.join(FLAT_COLUMNS)}")
    for number, cells in enumerate(rows[head + 1 :], start=1):
        if any(cells):
            row = dict(zip(rows[head], (cell.strip() for cell in cells), strict=False))
            order_id, item_id, reason = (row.get(name, "") for name in FLAT_COLUMNS)
            yield Acknowledgement(str(number), order_id, item_id, reason)


def work_on(
    sales: Sales, seller_id: str, asked: Iterable[Acknowledgement], at: float, strike: Strike
) -> list[Complaint]:
    """Cancel what can be cancelled, and return what is wrong with the rest.

    Arguments:
        strike: tells whether a fault of some kind strikes the next item.
    """
    complaints = []
    for each in asked:
        complaint = _judge(sales, seller_id, each)
        if strike("rejected_message"):
            complaint = Complaint(each, IMPOSSIBLE, "This item cannot be processed now.")
        if complaint is not None:
            complaints.append(complaint)
        elif not strike("lost_write"):
            _accept(sales, each, at)
    return complaints


def _judge(sales: Sales, seller_id: str, asked: Acknowledgement) -> Complaint | None:
    order = sales.log.current.get(asked.order_id)
    if order is None or order.seller_id != seller_id or (asked.item_id and order.line(asked.item_id) is None):
        return Complaint(asked, UNKNOWN, "The order or the order item does not exist.")
    if not asked.fails:
        return None
    if asked.item_id and asked.reason not in CANCEL_REASONS:
        return Complaint(asked, REASON, f"The cancellation reason {asked.reason!r} is not one that Amazon knows.")
    left = sales.parcels.left(asked.order_id)
    units = left[asked.item_id] if asked.item_id else sum(left.values())
    if order.by_amazon or order.status not in OPEN or units < 1:
        return Complaint(asked, IMPOSSIBLE, f"Nothing can be cancelled: the order is {order.status}.")
    return None


def _accept(sales: Sales, asked: Acknowledgement, at: float) -> None:
    if asked.fails and asked.item_id:
        sales.cancel_line(asked.order_id, asked.item_id, at=at, reason=asked.reason)
    elif asked.fails:
        sales.cancel_order(asked.order_id, at, reason="NoInventory")
    if asked.alias:
        sales.log.change(asked.order_id, int(at * 1000), alias=asked.alias)


def write_report(
    feed_type: str, ids: tuple[str, str], asked: Sequence[Acknowledgement], complaints: Sequence[Complaint], words: str
) -> bytes:
    """Return the processing report on a feed, in its own form: XML, or lines of text.

    Arguments:
        ids: the seller's and the feed's.
        words: what is wrong with the feed as a whole; empty where nothing is.
    """
    processed = len({each.message for each in asked})
    failed = len({each.about.message for each in complaints})
    if feed_type == XML_FEED:
        return _report_xml(ids, (processed, failed), complaints, words)
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{processed}",
        f"\tNumber of records successful\t\t{processed - failed}",
        "",
        "original-record-number\torder-id\torder-item-id\terror-code\terror-type\terror-message",
    ]
    if words:
        lines.append(f"0\t\t\t{UNREADABLE}\tFatal\t{words}")
    for each in complaints:
        about = each.about
        lines.append(f"{about.message}\t{about.order_id}\t{about.item_id}\t{each.code}\tError\t{each.words}")
    return ("\r\n".join(lines) + "\r\n").encode()


def _report_xml(ids: tuple[str, str], counts: tuple[int, int], complaints: Sequence[Complaint], words: str) -> bytes:
    seller_id, feed_id = ids
    processed, failed = counts
    report = ElementTree.Element("ProcessingReport")
    _put(report, DocumentTransactionID=feed_id, StatusCode="Complete")
    summary = ElementTree.SubElement(report, "ProcessingSummary")
    _put(
        summary,
        MessagesProcessed=processed,
        MessagesSuccessful=processed - failed,
        MessagesWithError=failed + bool(words),
        MessagesWithWarning=0,
    )
    if words:
        result = ElementTree.SubElement(report, "Result")
        _put(result, MessageID=0, ResultCode="Error", ResultMessageCode=UNREADABLE, ResultDescription=words)
    for each in complaints:
        result = ElementTree.SubElement(report, "Result")
        _put(result, MessageID=each.about.message, ResultCode="Error")
        _put(result, ResultMessageCode=each.code, ResultDescription=each.words)
        more = ElementTree.SubElement(result, "AdditionalInfo")
        _put(more, AmazonOrderID=each.about.order_id)
        if each.about.item_id:
            _put(more, AmazonOrderItemCode=each.about.item_id)
    body = ElementTree.tostring(report, encoding="unicode")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope {_XSI}>\n'
        f"<Header><DocumentVersion>1.02</DocumentVersion><MerchantIdentifier>{seller_id}</MerchantIdentifier></Header>\n"
        f"<MessageType>ProcessingReport</MessageType>\n<Message><MessageID>1</MessageID>{body}</Message>\n"
        "</AmazonEnvelope>\n"
    ).encode()


def _put(parent: ElementTree.Element, **texts: object) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = str(text)
