"""Lists of what Amazon works on in the background, reports and feeds alike: the newest first, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, Protocol, TypeVar

from channelkit.sandbox.amazon.call import Call, Reply, page_token, token_parts
from channelkit.sandbox.amazon.refusal import invalid

STATUSES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")


class Work(Protocol):
    """A report or a feed."""

    @property
    def seller_id(self) -> str: ...

    @property
    def marketplace_ids(self) -> Any: ...

    @property
    def created_at(self) -> float: ...

    def status(self, now: float) -> str: ...

    def shown(self, now: float) -> dict[str, Any]: ...


AnyWork = TypeVar("AnyWork", bound=Work)


def list_works(
    call: Call, kind: Literal["report", "feed"], works: Iterable[AnyWork], type_of: Callable[[AnyWork], str]
) -> Reply:
    """Answer getReports or getFeeds.

    Arguments:
        kind: how the query and the answer call it.
        works: all there are, the newest first.
        type_of: the type of one.
    """
    token = call.text("nextToken")
    if token is not None:
        if set(call.query) != {"nextToken"}:
            raise invalid("'nextToken' goes alone.")
        types, statuses, places, since, until, size, start = token_parts(token, 7)
    else:
        types = call.values(f"{kind}Types", most=10)
        if not types:
            raise invalid(f"'{kind}Types' or 'nextToken' is required.")
        statuses = call.values("processingStatuses", STATUSES)
        places = call.values("marketplaceIds", most=10)
        since, until = call.time("createdSince"), call.time("createdUntil")
        size, start = call.number("pageSize", 10, 100), 0
    if not (isinstance(size, int) and isinstance(start, int)):
        raise invalid("The page token is not valid.")
    found = [
        work
        for work in works
        if work.seller_id == call.account.seller_id
        and type_of(work) in _texts(types)
        and (not statuses or work.status(call.now) in _texts(statuses))
        and (not places or set(work.marketplace_ids) & set(_texts(places)))
        and (not isinstance(since, int) or work.created_at * 1000 >= since)
        and (not isinstance(until, int) or work.created_at * 1000 <= until)
    ]
    body: dict[str, Any] = {f"{kind}s": [work.shown(call.now) for work in found[start : start + size]]}
    if start + size < len(found):
        body["nextToken"] = page_token(types, statuses, places, since, until, size, start + size)
    return Reply(200, body)


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
