"""The Commerce client: which address a route has, how it signs in, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import requests

from channelkit.clock import Clock
from channelkit.commerce.criteria import Query
from channelkit.commerce.limits import WriteLimits
from channelkit.commerce.operations import IMS_TOKEN
from channelkit.commerce.refusals import judge, judge_token
from channelkit.commerce.signing import Bearer, Ims, OAuth1, Reveal
from channelkit.errors import RefusedError
from channelkit.model.calls import Answer, Judgement, Operation
from channelkit.tokens import TokenSource
from channelkit.transport import Credentials, Throttle, Transport, Unsigned

Flavour = Literal["paas", "accs"]
SCOPES = "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"
ALL = "all"
"""All store views together: Commerce's own name for it."""


@dataclass
class PageSize:
    """The largest page that this Commerce allows; not known until it has refused a larger one."""

    largest: int | None = None

    def within(self, wanted: int) -> int:
        """Return the size to ask for where ``wanted`` would be best."""
        return min(wanted, self.largest or wanted)

    def learn(self, refusal: RefusedError, asked: int) -> None:
        """Remember the limit that a refusal names.

        Raises:
            RefusedError: it names none, or none that asking for fewer would keep to.
        """
        limit = page_limit(refusal)
        if limit is None or not 0 < limit < asked:
            raise refusal
        self.largest = limit


@dataclass(frozen=True)
class Commerce:
    """One Adobe Commerce or Magento.

    Arguments:
        page_size: what was learnt of its limit, for every later call.
        writing: what was learnt of its limits for writes, and of its queue.
        flavour: ``paas`` for one's own servers and Magento Open Source; ``accs`` for the cloud service, whose
            addresses have no ``/rest`` and no store view.
    """

    transport: Transport
    flavour: Flavour
    page_size: PageSize = field(default_factory=PageSize, compare=False)
    writing: WriteLimits = field(default_factory=WriteLimits, compare=False)

    def call(
        self,
        operation: Operation,
        query: Query | None = None,
        *,
        scope: str = ALL,
        path: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Any:
        """Make one call and return its body.

        Arguments:
            scope: code of a store view, or ``all``; decides whose values are read and written.
            path: the path's other parameters.
            body: what is sent as JSON.

        Raises:
            RemoteError: see `channelkit.transport.Transport.call`.
        """
        if self.flavour == "accs":
            # The cloud service writes the version before the word for its queue.
            address = operation.path.removeprefix("{scope}").replace("/async/bulk/V1/", "/V1/async/bulk/")
            route = replace(operation, path=address)
            return self.transport.call(route, path, query or [], body, headers={"Store": scope}).body
        route = replace(operation, path=f"/rest/{operation.path}")
        return self.transport.call(route, {"scope": scope, **(path or {})}, query or [], body).body


def open_commerce(
    *,
    url: str,
    flavour: Flavour,
    auth: Literal["oauth1", "bearer", "ims"],
    consumer_key: str,
    consumer_secret: Reveal,
    access_token: Reveal,
    access_token_secret: Reveal,
    client_id: str,
    client_secret: Reveal,
    organization: str,
    token_url: str,
    clock: Clock,
    random: Callable[[], float],
    session: requests.Session,
    throttle: Throttle,
) -> Commerce:
    """Return a client; nothing is sent yet, and no secret is looked up before it is needed.

    Arguments:
        url: the base address, without ``/rest``.
        consumer_secret, access_token, access_token_secret, client_secret: look a secret up.
        throttle: remembers how many calls were made, between processes too.
    """

    def transport(base_url: str, credentials: Credentials, verdict: Callable[[Answer], Judgement]) -> Transport:
        return Transport("commerce", base_url.rstrip("/"), credentials, verdict, throttle, clock, random, session)

    def ask(form: Mapping[str, str]) -> Mapping[str, Any]:
        body: Mapping[str, Any] = transport(token_url, Unsigned(), judge_token).call(IMS_TOKEN, form=form).body
        return body

    def form() -> Mapping[str, str]:
        fields = {"client_id": client_id, "client_secret": client_secret(), "scope": SCOPES}
        return {"grant_type": "client_credentials", **fields}

    credentials: Credentials
    if auth == "ims":
        credentials = Ims(TokenSource(ask, form, clock.now), client_id, organization)
    elif auth == "bearer":
        credentials = Bearer(access_token)
    else:
        credentials = OAuth1(consumer_key, consumer_secret, access_token, access_token_secret, clock.now)
    return Commerce(transport(url, credentials, partial(judge, renewable=auth == "ims")), flavour)


def page_limit(error: RefusedError) -> int | None:
    """Return the largest page that Commerce allows, where that is what it refused; None for any other refusal."""
    if error.code != "PageTooLarge":
        return None
    digits = [word for word in error.what.replace(".", " ").split() if word.isdigit()]
    return int(digits[-1]) if digits else None


def items_of(body: Any, operation: Operation) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a list's answer.

    Raises:
        RefusedError: the answer has none, so it is not a list's answer; an empty list is an answer.
    """
    items = body.get("items") if isinstance(body, dict) else None
    # PHP writes an empty list as null where nothing was found.
    if items is None and isinstance(body, dict) and "items" in body:
        return []
    if not isinstance(items, list):
        raise RefusedError(
            f"commerce, {operation.name}: the answer is not a list of items.",
            "A module or a proxy has changed it; ask whoever runs the shop.",
            system="commerce",
            operation=operation.name,
        )
    return items
