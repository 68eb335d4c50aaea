"""The one Commerce that products are in: where it is, how calls reach a scope of it, and how they are signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import requests

from channelkit.clock import Clock
from channelkit.commerce.judgement import judge
from channelkit.commerce.operations import ASK_TOKEN
from channelkit.commerce.signing import Bearer, Ims, OAuth1, ims_form
from channelkit.errors import AuthError
from channelkit.model.calls import Answer, Judgement, Operation, Verdict
from channelkit.tokens import TokenSource
from channelkit.transport import Credentials, Throttle, Transport, Unsigned

ALL = "all"
"""The scope of values that hold everywhere; without any, Commerce means its default store view."""

Flavour = Literal["paas", "accs"]
Auth = Literal["oauth1", "bearer", "ims"]


@dataclass
class Memory:
    """What was learnt of this Commerce while calling it.

    Arguments:
        largest_page: the largest page that it allows, once it has refused a larger one.
        labels: attribute code to option number to label, once asked for.
    """

    largest_page: int | None = None
    labels: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Commerce:
    """A Commerce that can be called.

    Arguments:
        transport: made for this shop's address and credentials.
        flavour: ``paas`` has the scope in the path, ``accs`` (Adobe's cloud service) in a header.
    """

    transport: Transport
    flavour: Flavour
    memory: Memory = field(default_factory=Memory, compare=False)

    def call(
        self,
        operation: Operation,
        *,
        scope: str = ALL,
        path: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
    ) -> Answer:
        """Make one call in a scope.

        Arguments:
            scope: ``all``, or the code of a store view.

        Raises:
            RemoteError: see `channelkit.transport.Transport.call`.
        """
        if self.flavour == "accs":
            return self.transport.call(operation, path, query, headers={"Store": scope})
        scoped = replace(operation, path=f"/rest/{{scope}}{operation.path}")
        return self.transport.call(scoped, {"scope": scope, **(path or {})}, query)


def open_commerce(
    *,
    url: str,
    flavour: Flavour,
    auth: Auth,
    consumer_key: str,
    consumer_secret: Callable[[], str],
    access_token: Callable[[], str],
    access_token_secret: Callable[[], str],
    client_id: str,
    client_secret: Callable[[], str],
    organization: str,
    token_url: str,
    clock: Clock,
    random: Callable[[], float],
    session: requests.Session,
    throttle: Throttle,
) -> Commerce:
    """Return a Commerce that can be called; nothing is sent yet.

    Arguments:
        url: the shop's address; a trailing ``/rest`` may stand there or not.
        auth: which of the credentials are used: ``oauth1`` the first four, ``bearer`` the access token alone,
            ``ims`` the client and the organization.
        token_url: the whole address of Adobe's identity service.
    """

    def connect(address: str, credentials: Credentials, verdict: Callable[[Answer], Judgement]) -> Transport:
        return Transport("commerce", address, credentials, verdict, throttle, clock, random, session)

    credentials: Credentials
    if auth == "ims":
        service = connect(token_url, Unsigned(), _judge_token)
        tokens = TokenSource(partial(_ask_token, service), ims_form(client_id, client_secret), clock.now)
        credentials = Ims(client_id, organization, tokens)
    elif auth == "bearer":
        credentials = Bearer(access_token)
    else:
        credentials = OAuth1(consumer_key, consumer_secret, access_token, access_token_secret, clock, random)
    return Commerce(connect(base_url(url), credentials, partial(judge, renewable=auth == "ims")), flavour)


def base_url(url: str) -> str:
    """Return a shop's address as paths are put after it.

    >>> base_url("https://shop.example/rest/V1/"), base_url("https://shop.example/b2b")
    ('https://shop.example', 'https://shop.example/b2b')
    """
    return url.rstrip("/").removesuffix("/V1").removesuffix("/rest")


def _ask_token(service: Transport, form: Mapping[str, str]) -> Mapping[str, Any]:
    body = service.call(ASK_TOKEN, form=form).body
    if not isinstance(body, Mapping) or not {"access_token", "expires_in"} <= body.keys():
        raise AuthError(
            "commerce, token/v3: the answer holds no token.",
            "Check commerce.token_url.",
            system="commerce",
            operation=ASK_TOKEN.name,
        )
    return body


def _judge_token(answer: Answer) -> Judgement:
    """Judge an answer of Adobe's identity service, which calls wrong credentials a bad request."""
    judgement = judge(answer)
    if judgement.verdict not in (Verdict.REFUSED, Verdict.FORBIDDEN):
        return judgement
    fix = "Check commerce.client_id and client_secret, and that the credential is for Adobe Commerce's cloud service."
    return Judgement(Verdict.FORBIDDEN, judgement.code, judgement.message, fix)
