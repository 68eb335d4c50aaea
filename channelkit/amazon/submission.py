"""What Amazon says to a write of a listing: accepted, valid or invalid, and its complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channelkit.amazon.client import field_of
from channelkit.errors import RefusedError
from channelkit.model.calls import Answer, Operation

ACCEPTED, VALID = "ACCEPTED", "VALID"
ERROR = "ERROR"


@dataclass(frozen=True)
class Issue:
    """One of Amazon's complaints; an ERROR keeps a submission from being processed, a WARNING does not."""

    severity: str
    code: str
    message: str
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What Amazon said to a write: accepted means queued, and a later reading shows whether it took effect.

    Arguments:
        note: what a person should know of it that Amazon did not say.
    """

    status: str
    submission_id: str
    request_id: str
    issues: tuple[Issue, ...] = ()
    note: str = ""

    @property
    def is_fine(self) -> bool:
        return self.status in (ACCEPTED, VALID)

    @property
    def words(self) -> str:
        """Amazon's own words: its errors, or without any all of its complaints."""
        told = [issue for issue in self.issues if issue.severity == ERROR] or self.issues
        return " ".join(dict.fromkeys(issue.message for issue in told if issue.message))


def read_submission(answer: Answer, operation: Operation) -> Submission:
    """Return what a submission's answer says, whether Amazon takes it or not.

    Raises:
        RefusedError: the answer has no status.
    """
    status = str(field_of(answer.body, "status", operation.name))
    # What Amazon did stands in the status; issues that cannot be read must not make it look undone.
    told = answer.body.get("issues")
    issues = tuple(_issue(each) for each in told if isinstance(each, dict)) if isinstance(told, list) else ()
    return Submission(status, str(answer.body.get("submissionId", "")), answer.request_id, issues)


def taken(answer: Answer, operation: Operation) -> Submission:
    """Return what Amazon said to a write that it took.

    Raises:
        RefusedError: Amazon finds it invalid, also under status 200; the message has Amazon's words.
    """
    submission = read_submission(answer, operation)
    if submission.is_fine:
        return submission
    errors = [issue for issue in submission.issues if issue.severity == ERROR] or list(submission.issues)
    raise RefusedError(
        submission.words or f"Amazon answered {submission.status} without a reason.",
        "Mend what Amazon names, in Commerce or in Seller Central.",
        system="amazon",
        operation=operation.name,
        status=answer.status,
        code=errors[0].code if errors else submission.status,
        request_id=answer.request_id,
    )


def _issue(told: dict[str, Any]) -> Issue:
    names = told.get("attributeNames")
    attributes = tuple(map(str, names)) if isinstance(names, list) else ()
    return Issue(str(told.get("severity", "")), str(told.get("code", "")), str(told.get("message", "")), attributes)
