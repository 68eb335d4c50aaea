"""The one door to the network: throttle, send, judge, try again or raise, follow pages.

Nothing else in the package opens a connection. Clock, randomness and what must be remembered between processes
are handed in. Headers, query strings and bodies are never logged: they carry tokens and people's data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import requests

from channelkit.clock import Clock
from channelkit.errors import QUOTA_USED_UP, AuthError, RefusedError, RemoteError, TemporaryError
from channelkit.model.calls import Answer, Judgement, Operation, Verdict, judge_status, retry_delay
from channelkit.wire import quote_segment, read_body, read_number, read_skew, write_body, write_query

logger = logging.getLogger("channelkit.transport")

TIMEOUT = (5, 60)
"""Seconds to connect, and seconds between two bytes."""

USER_AGENT = "channelkit/0.1 (Language=Python)"
DOWNLOAD, UPLOAD = Operation("download", "GET", ""), Operation("upload", "PUT", "")
AS_STORED = {"Accept-Encoding": "identity"}

ELSEWHERE = Judgement(
    Verdict.REFUSED,
    "Redirected",
    "the address leads to another one, and a signed call follows nobody",
    "Open the address in a browser, and put the one that it ends at into the settings.",
)


class Credentials(Protocol):
    """Signs a request; ``renew`` is called once when the other side says that the token has expired."""

    def sign(self, request: requests.PreparedRequest) -> None: ...
    def renew(self) -> None: ...


class Throttle(Protocol):
    """Remembers quotas between calls and between processes.

    ``take`` promises one call and returns the seconds to wait for it, or None where that is longer than
    ``patience``; ``empty`` is told when the other side refused a call, ``learn`` the rate that it named.
    """

    def take(self, operation: Operation, patience: float) -> float | None: ...
    def empty(self, operation: Operation) -> None: ...
    def learn(self, operation: Operation, rate: float) -> None: ...


class Unsigned:
    """Credentials for an address that takes none, such as the one that hands out tokens."""

    def sign(self, request: requests.PreparedRequest) -> None:
        """Leave the request as it is."""

    def renew(self) -> None:
        """There is nothing to renew."""


def open_session() -> requests.Session:
    """Return a session that keeps connections, follows the machine's proxies, and takes no password from ``.netrc``."""
    # What these write at their lower levels holds whole addresses, signatures and tokens.
    for name in ("urllib3", "oauthlib"):
        logging.getLogger(name).setLevel(logging.ERROR)
    session = requests.Session()
    session.headers["User-Agent"] = USER_AGENT
    # Without this, requests would put a netrc entry for the host over the signature.
    session.auth = _leave_unsigned
    return session


def _leave_unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@dataclass
class Transport:
    """Calls one remote system with one set of credentials.

    Arguments:
        system: ``"amazon"`` or ``"commerce"``, for messages.
        base_url: without a trailing slash; from the settings, so that the sandbox is only another address.
        judge: turns an answer into a judgement; each system hides its failures differently.
        patience: the longest wait for one call, in seconds, before the work is left to the next cycle.
        skew: seconds by which the other side's clock is ahead, as its last answer told; None where none did.
    """

    system: str
    base_url: str
    credentials: Credentials
    judge: Callable[[Answer], Judgement]
    throttle: Throttle
    clock: Clock
    random: Callable[[], float]
    session: requests.Session
    patience: float = 60.0
    calls: int = 0
    skew: float | None = None

    def call(
        self,
        operation: Operation,
        path: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call and return its answer, trying again where that is safe and useful.

        Arguments:
            path: values for the operation's path parameters, as they are; they are quoted here.
            query: the query's fields in order.
            body: what is sent as JSON; decimals are written as exact numbers.
            form: what is sent as a form instead.

        Raises:
            TemporaryError: worth trying again later.
            RefusedError: will fail again unchanged.
            AuthError: a person must act first.
        """
        request = self._request(operation, path or {}, query, body, headers or {}, form=form)
        attempt, renewed = 0, False
        while True:
            attempt += 1
            self._wait_for_quota(operation)
            answer = self._send(operation, request)
            judgement = ELSEWHERE if _leads_elsewhere(answer) else self.judge(answer)
            self._remember(operation, answer, judgement.verdict)
            if judgement.verdict is Verdict.FINE:
                return answer
            if judgement.verdict is Verdict.EXPIRED and not renewed:
                renewed = True
                self.credentials.renew()
                continue
            delay = retry_delay(
                operation, judgement.verdict, attempt, read_number(answer.headers.get("Retry-After", "")), self.random()
            )
            if delay is None or delay > self.patience:
                raise self._error(operation, answer, judgement)
            if judgement.verdict is Verdict.THROTTLED and not operation.waits:
                raise self._error(operation, answer, replace(judgement, code=QUOTA_USED_UP))
            self.clock.sleep(delay)

    def pages(
        self,
        operation: Operation,
        next_token: Callable[[Any], str | None],
        token_name: str,
        path: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
    ) -> Iterator[Any]:
        """Yield the body of each page; a token that comes back a second time is refused, not followed for ever."""
        seen: set[str] = set()
        token: str | None = None
        while True:
            answer = self.call(operation, path, [*query, (token_name, token)] if token else query)
            yield answer.body
            token = next_token(answer.body)
            if not token:
                return
            if token in seen:
                message = "the same page token came twice, so the pages never end"
                raise self._error(operation, answer, Judgement(Verdict.TEMPORARY, "RepeatedPageToken", message))
            seen.add(token)

    def download(self, url: str) -> tuple[bytes, str]:
        """Fetch a presigned document whole: its bytes as they are stored, and its content type.

        Such addresses refuse credentials.

        Raises:
            TemporaryError: it could not be had completely; an address lives five minutes, so ask for a new one.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                with self.session.get(url, headers=AS_STORED, stream=True, timeout=TIMEOUT) as response:
                    # Unpacked on the way, half a file would pass for the whole: nobody misses the end of it.
                    response.raw.headers.pop("Content-Encoding", None)
                    if response.ok:
                        return response.content, response.headers.get("Content-Type", "")
                    answer = Answer(response.status_code, None)
            except requests.RequestException as error:
                answer = Answer(None, type(error).__name__)
            message = "the document did not arrive completely"
            self.clock.sleep(self._delay(DOWNLOAD, answer, attempt, message))

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """Put a document whole to a presigned address; such addresses refuse credentials.

        Arguments:
            content_type: exactly the one that was declared; the signature covers it.

        Raises:
            TemporaryError: it did not arrive; an address lives five minutes, so ask for a new one.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                headers = {"Content-Type": content_type}
                with self.session.put(url, data=content, headers=headers, timeout=TIMEOUT) as response:
                    if response.ok:
                        return
                    answer = Answer(response.status_code, None)
            except requests.RequestException as error:
                answer = Answer(None, type(error).__name__)
            self.clock.sleep(self._delay(UPLOAD, answer, attempt, "the document could not be handed in"))

    def _delay(self, operation: Operation, answer: Answer, attempt: int, message: str) -> float:
        """Return the seconds until a document is tried again.

        Raises:
            TemporaryError: it is not.
        """
        delay = retry_delay(operation, judge_status(answer.status), attempt, None, self.random())
        if delay is None:
            raise self._error(operation, answer, Judgement(Verdict.TEMPORARY, "", message))
        return delay

    def _request(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Sequence[tuple[str, str]],
        body: object,
        headers: Mapping[str, str],
        *,
        form: Mapping[str, str] | None,
    ) -> requests.Request:
        parts = {name: quote_segment(part) for name, part in path.items()}
        url = self.base_url + operation.path.format(**parts) + write_query(query)
        if form is not None:
            return requests.Request(operation.method, url, headers=dict(headers), data=dict(form))
        if body is None:
            return requests.Request(operation.method, url, headers=dict(headers))
        headers = {"Content-Type": "application/json", **headers}
        return requests.Request(operation.method, url, headers=headers, data=write_body(body))

    def _wait_for_quota(self, operation: Operation) -> None:
        if not operation.rate:
            return
        patience = self.patience if operation.waits else 0.0
        wait = self.throttle.take(operation, patience)
        if wait is None:
            message = f"the quota for this call is used up for more than {patience:.0f} s"
            judgement = Judgement(Verdict.THROTTLED, QUOTA_USED_UP, message, "A later cycle makes the call.")
            raise self._error(operation, Answer(None, None), judgement)
        self.clock.sleep(wait)

    def _send(self, operation: Operation, request: requests.Request) -> Answer:
        prepared = self.session.prepare_request(request)
        self.credentials.sign(prepared)
        self._check_headers(operation, prepared)
        environment = self.session.merge_environment_settings(prepared.url or "", {}, False, None, None)
        self.calls += 1
        started = self.clock.now()
        try:
            # A redirect would carry the signature to another address, so none is followed.
            response = self.session.send(prepared, timeout=TIMEOUT, allow_redirects=False, **environment)
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            about = {"system": self.system, "operation": operation.name, "code": type(error).__name__}
            logger.warning("%s %s: no answer", self.system, operation.name, extra=about)
            return Answer(None, type(error).__name__)
        request_id = response.headers.get("x-amzn-RequestId", "")
        seconds = self.clock.now() - started
        self.skew = read_skew(response.headers.get("Date", ""), started, started + seconds)
        logger.debug(
            "%s %s: %s",
            self.system,
            operation.name,
            response.status_code,
            extra={
                **{"system": self.system, "operation": operation.name, "status": response.status_code},
                **{"ms": round(seconds * 1000), "request_id": request_id},
            },
        )
        status, body = read_body(response) if operation.is_read else (response.status_code, None)
        return Answer(status, body, response.headers, request_id)

    def _check_headers(self, operation: Operation, prepared: requests.PreparedRequest) -> None:
        # Python's own client would refuse them too, and quote the secret while it does.
        if not all(str(value).isascii() and str(value).isprintable() for value in prepared.headers.values()):
            raise AuthError(
                f"{self.system}, {operation.name}: a key or token has a character that no header can carry.",
                "It was copied with a line end or an invisible character: write it anew where the settings name it.",
                system=self.system,
                operation=operation.name,
            )

    def _remember(self, operation: Operation, answer: Answer, verdict: Verdict) -> None:
        if not operation.rate:
            return
        rate = read_number(answer.headers.get("x-amzn-RateLimit-Limit", ""))
        if rate:
            self.throttle.learn(operation, rate)
        if verdict is Verdict.THROTTLED:
            self.throttle.empty(operation)

    def _error(self, operation: Operation, answer: Answer, judgement: Judgement) -> RemoteError:
        kinds: dict[Verdict, type[RemoteError]] = {
            Verdict.REFUSED: RefusedError,
            Verdict.FORBIDDEN: AuthError,
            Verdict.EXPIRED: AuthError,
        }
        status = f"status {answer.status}" if answer.status else "no answer"
        # Whether it is worth a warning is for those to say who wanted it done.
        logger.info(
            "%s %s failed",
            self.system,
            operation.name,
            extra={
                **{"system": self.system, "operation": operation.name, "status": answer.status},
                **{"code": judgement.code, "request_id": answer.request_id},
            },
        )
        return kinds.get(judgement.verdict, TemporaryError)(
            f"{self.system}, {operation.name}, {status}: {judgement.message or judgement.verdict.value}.",
            judgement.fix,
            system=self.system,
            operation=operation.name,
            status=answer.status,
            code=judgement.code,
            request_id=answer.request_id,
        )


def _leads_elsewhere(answer: Answer) -> bool:
    return answer.status is not None and 300 <= answer.status < 400
