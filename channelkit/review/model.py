"""The review: one question after the other, and what a person answers, with nothing of how it looks.

Both views, the one in the browser's own script and the one of plain buttons, show what stands here and call what
stands here. Each answer is kept before the next question is shown; whatever fails is said, and the question stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

from channelkit.errors import ChannelkitError, UsageError
from channelkit.review.source import Answer, Matches, Question, Standing

State = Literal["loading", "asking", "empty", "failed"]

AT_ONCE = 25
"""Questions fetched at a time; only the shown one travels to the browser."""

SAID: dict[Answer, str] = {"yes": "the same product", "no": "not the same", "skip": "skipped"}


class ReviewModel:
    """What is asked now, what was answered, and what went wrong.

    Arguments:
        matches: the store's matches; their public functions are all that is called.
        by: who answers; kept with every answer.
    """

    def __init__(self, matches: Matches, by: str = "") -> None:
        self.matches, self.by = matches, by
        self.state: State = "loading"
        self.question: Question | None = None
        self.others: list[Question] = []
        self.standing: Standing | None = None
        self.progress: dict[str, int] = {}
        self.said, self.trouble = "", ""
        self.serial = 0
        self._turn: Question | None = None
        self._waiting: deque[Question] = deque()
        self._answered: list[Question] = []
        self._skipped: set[str] = set()
        self._watchers: list[Callable[[], None]] = []

    @property
    def can_undo(self) -> bool:
        """Whether an answer of this sitting can be taken back."""
        return bool(self._answered)

    @property
    def is_chosen(self) -> bool:
        """Whether a person chose what is shown among the candidates."""
        return self.question is not self._turn

    @property
    def skipped(self) -> int:
        """How many listings were skipped in this sitting; looking again asks them."""
        return len(self._skipped)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this whenever something to be shown has changed."""
        self._watchers.append(watcher)

    def load(self) -> None:
        """Fetch the first questions; what is asked already stays."""
        if self.question is None:
            self._try(self._next)

    def answer(self, answer: Answer) -> None:
        """Keep the answer to the question that is shown, and show the next one.

        Arguments:
            answer: ``"yes"``, ``"no"`` or ``"skip"``.
        """
        self._try(lambda: self._answer(answer))

    def undo(self) -> None:
        """Take the last answer of this sitting back, and ask that question again."""
        self._try(self._undo)

    def choose(self, product_sku: str) -> None:
        """Show another candidate of the same listing next to it (MA-04).

        Arguments:
            product_sku: one of ``others``.
        """
        self._try(lambda: self._choose(product_sku))

    def assign(self, product_sku: str) -> None:
        """Link the shown listing to a product that a person names (MA-07).

        Arguments:
            product_sku: the SKU of any product in Commerce.
        """
        self._try(lambda: self._assign(product_sku.strip()))

    def again(self) -> None:
        """Look for questions anew: after a failure, or when there were none."""
        self._waiting.clear()
        self._skipped.clear()
        self._try(self._next if self.question is None else lambda: None)

    def _answer(self, answer: Answer) -> None:
        if answer not in SAID:
            raise UsageError(f"{answer!r} is no answer.", "The answers are: yes, no, skip.")
        asked = self._asked()
        self.matches.answer(asked.seller_sku, asked.product_sku, answer, self.by)
        self.said = f"Kept: {asked.seller_sku} and {asked.product_sku}, {SAID[answer]}."
        if answer == "skip":
            self._skipped.add(asked.seller_sku)
        self._done(asked, leave_listing=answer != "no")

    def _assign(self, product_sku: str) -> None:
        asked = self._asked()
        if not product_sku:
            raise UsageError("No product is named.", "Type the SKU of a product in Commerce.")
        self.matches.assign(asked.seller_sku, product_sku, self.by)
        self.said = f"Kept: {asked.seller_sku} is {product_sku}, assigned by hand."
        self._done(asked, leave_listing=True)

    def _undo(self) -> None:
        if not self._answered:
            raise UsageError("Nothing was answered in this sitting, so nothing is taken back.")
        self.matches.undo(self.by)
        back = self._answered.pop()
        self._skipped.discard(back.seller_sku)
        # The rest is fetched anew: a yes had taken the listing's other candidates from the queue.
        self._waiting = deque([back])
        self.said = f"Taken back: {back.seller_sku} and {back.product_sku} are asked again."
        self.question = None
        self._next()

    def _choose(self, product_sku: str) -> None:
        asked = self._asked()
        chosen = next((other for other in self.others if other.product_sku == product_sku), None)
        if chosen is None:
            raise UsageError(f"{product_sku} is no candidate of {asked.seller_sku}.", "Assign it by its SKU instead.")
        self.said = f"Shown: {product_sku}, another candidate of {asked.seller_sku}."
        self._show(chosen)

    def _asked(self) -> Question:
        if self.question is None:
            raise UsageError("Nothing is asked now.", "Look for questions again.")
        return self.question

    def _done(self, answered: Question, *, leave_listing: bool) -> None:
        """Leave an answered question, and with a yes whatever else was asked of its listing."""
        self._answered.append(answered)
        # Where another candidate was chosen and refused, the one whose turn it was is still to be answered.
        if self._turn is not None:
            self._waiting.appendleft(self._turn)
        self.question = self._turn = None
        self._waiting = deque(
            waiting
            for waiting in self._waiting
            if waiting.seller_sku != answered.seller_sku
            or (not leave_listing and waiting.product_sku != answered.product_sku)
        )
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self.state, self.question, self.others = "loading", None, []
            self._tell()
            found = self.matches.questions(AT_ONCE + len(self._skipped))
            self._waiting.extend(each for each in found if each.seller_sku not in self._skipped)
        if self._waiting:
            # Taken out only once it can be shown, so that a failure on the way loses no question.
            self._show(self._waiting[0])
            self._turn = self._waiting.popleft()
        else:
            self.state, self.question, self.others = "empty", None, []
            self._look()

    def _show(self, question: Question) -> None:
        others = _others(self.matches.candidates(question.seller_sku), question)
        self.state, self.question, self.others = "asking", question, others
        self.serial += 1
        self._look()

    def _look(self) -> None:
        self.standing, self.progress = self.matches.standing(), dict(self.matches.progress())

    def _try(self, act: Callable[[], None]) -> None:
        """Do it; say in words what failed, and leave what is asked as it was."""
        self.said, self.trouble = "", ""
        try:
            act()
        except ChannelkitError as error:
            self.trouble = str(error)
            if self.question is None:
                self.state = "failed"
        finally:
            self._tell()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()


def _others(candidates: Iterable[Question], shown: Question) -> list[Question]:
    return [candidate for candidate in candidates if candidate.product_sku != shown.product_sku]
