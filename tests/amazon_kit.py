"""Amazon for tests: connected to a running sandbox, or to answers that are played one after the other."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from channelkit.amazon.client import Amazon, open_amazon
from channelkit.clock import Clock
from channelkit.model.calls import Operation
from channelkit.sandbox.server import Running
from channelkit.transport import open_session

GRANTED = {"access_token": "Atza|played", "expires_in": 3600, "token_type": "bearer"}


@dataclass
class FreePasses:
    """A throttle that lets everything through and remembers what it was told."""

    emptied: list[str] = field(default_factory=list)
    learnt: dict[str, float] = field(default_factory=dict)

    def take(self, operation: Operation, patience: float) -> float | None:
        return 0.0

    def empty(self, operation: Operation) -> None:
        self.emptied.append(operation.name)

    def learn(self, operation: Operation, rate: float) -> None:
        self.learnt[operation.name] = rate


@dataclass(frozen=True)
class StoppedClock(Clock):
    """A clock that moves only when somebody sleeps; ``naps`` are the seconds slept."""

    naps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.epoch + sum(self.naps)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.naps.append(seconds)


@dataclass(frozen=True)
class Played:
    """One answer to play; ``body`` is sent as JSON unless it is bytes."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Stage(HTTPAdapter):
    """Plays answers in order, in place of the network; an exception among them is raised."""

    def __init__(self, *answers: Played | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        raw = HTTPResponse(
            io.BytesIO(content), headers=dict(answer.headers), status=answer.status, preload_content=False
        )
        return self.build_response(request, raw)

    def asked(self, place: int) -> Asked:
        """Return what the request at a place asked for."""
        return Asked(self.requests[place])


@dataclass(frozen=True)
class Asked:
    """A request, unquoted."""

    request: requests.PreparedRequest

    @property
    def raw_path(self) -> str:
        return urlsplit(str(self.request.url)).path

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.raw_path.split("/")[1:]]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(str(self.request.url)).query, keep_blank_values=True))

    @property
    def body(self) -> Any:
        content = self.request.body
        assert isinstance(content, str | bytes)
        return json.loads(content)


def staged_session(*stages: tuple[str, Stage]) -> requests.Session:
    """Return the real session with stages in place of the network."""
    session = open_session()
    for prefix, stage in stages:
        session.mount(prefix, stage)
    return session


def staged(*answers: Played | Exception, tokens: Sequence[Played | Exception] = ()) -> tuple[Amazon, Stage]:
    """Return a client that gets these answers, and the stage that plays them; tokens are granted unless given."""
    stage = Stage(*answers)
    token_stage = Stage(*(tokens or [Played(200, GRANTED)] * 3))
    amazon = open_amazon(
        seller_id="A1SELLER",
        base_url="https://amazon.test/",
        token_url="https://login.test/auth/o2/token",
        client_id="client",
        client_secret=lambda: "client-secret-value",
        refresh_token=lambda: "refresh-token-value",
        throttle=FreePasses(),
        clock=StoppedClock(epoch=1_790_000_000.0),
        random=lambda: 0.5,
        session=staged_session(("https://amazon.test", stage), ("https://login.test", token_stage)),
    )
    return amazon, stage


def connect(
    running: Running,
    name: str = "us",
    *,
    client_secret: Callable[[], str] | None = None,
    refresh_token: Callable[[], str] | None = None,
    clock: Clock | None = None,
) -> Amazon:
    """Return a client of one of the sandbox's stores, with the sandbox's clock."""
    store = next(each for each in running.ready["stores"] if each["name"] == name)
    return open_amazon(
        seller_id=store["seller_id"],
        base_url=running.ready["amazon"][store["region"]],
        token_url=running.ready["token_url"],
        client_id=store["client_id"],
        client_secret=client_secret or (lambda: str(store["client_secret"])),
        refresh_token=refresh_token or (lambda: str(store["refresh_token"])),
        throttle=FreePasses(),
        clock=clock or Clock(**running.ready["clock"]),
        random=lambda: 0.5,
        session=open_session(),
    )
