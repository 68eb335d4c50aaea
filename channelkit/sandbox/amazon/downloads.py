"""The addresses that documents are fetched from: signed, good for five minutes, and without credentials."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from channelkit.sandbox.amazon.request import Request
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.faults import Faults


@dataclass(frozen=True)
class Download:
    """An answer that is not JSON."""

    status: int
    headers: dict[str, str]
    content: bytes


def fetch(state: AmazonState, faults: Faults, request: Request) -> Download:
    """Answer the fetching of a document, as the store of files behind Amazon does: errors come as XML."""
    document_id = request.segments[-1]
    known = state.reports.addresses.get((request.query.get("X-Amz-Signature") or [""])[-1])
    if "authorization" in request.headers or "x-amz-access-token" in request.headers:
        return denied_file(400, "InvalidArgument", "Only one auth mechanism allowed")
    if known is None or known[0] != document_id or document_id not in state.reports.documents:
        return denied_file(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    if request.now >= known[1]:
        return denied_file(403, "AccessDenied", "Request has expired")
    document = state.reports.documents[document_id]
    is_encoded = bool(request.query.get("response-content-encoding"))
    content = document.content if document.compressed or is_encoded else gzip.decompress(document.content)
    answer = {"content-type": document.content_type}
    if faults.strike("download", "wrong_encoding"):
        wrong = "UTF-8" if "UTF-8" not in document.content_type else "Cp1252"
        answer["content-type"] = f"text/plain; charset={wrong}"
    if faults.strike("download", "truncated_document"):
        content = content[: len(content) // 2]
    if is_encoded:
        answer["content-encoding"] = "gzip"
    return Download(200, answer, content)


def denied_file(status: int, code: str, message: str) -> Download:
    """Return a refusal of the store of files."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Download(status, {"content-type": "application/xml"}, text.encode())
