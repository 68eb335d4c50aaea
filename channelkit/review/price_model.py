"""The editor of price rules: a grid of rules, one of them at a time in a form, and what all of them would do.

It knows nothing of how it looks. Nothing that was typed is lost: rules stay as they are when something fails, when the
preview is left, and until they are put in force together; every change can be undone (PR-01).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from channelkit.errors import ChannelkitError, UsageError
from channelkit.review.price_draft import Draft
from channelkit.review.price_form import Form, blank
from channelkit.review.price_source import PricePreview, PriceSource, PriceVersion
from channelkit.review.rule_pages import PAGE, is_many, page_start
from channelkit.review.rule_source import Finding
from channelkit.review.rule_versions import find_version
from channelkit.review.rule_writing import WritesConditions

State = Literal["loading", "grid", "rule", "preview", "failed"]

PARTS = ("held", "falls", "rises", "new", "rests", "none")
"""What becomes of prices, what a person should look at first; those that stay are only counted."""


class PriceModel(WritesConditions):
    """A store's price rules while they are written.

    Arguments:
        source: the store's price rules; their public functions are all that is called.
        by: who decides; kept with the rules.
    """

    def __init__(self, source: PriceSource, by: str = "") -> None:
        super().__init__(source)
        self.source, self.by = source, by
        self.state: State = "loading"
        self.attributes: Sequence[tuple[str, str]] = ()
        self.condition_words: Sequence[tuple[str, str]] = ()
        self.history: Sequence[PriceVersion] = ()
        self.draft = Draft([])
        self.based_on = 0
        self.sentences: Sequence[str] = ()
        self.findings: Sequence[Finding] = ()
        self.form: Form | None = None
        self.sentence, self.refusal, self.name = "", "", ""
        self.preview: PricePreview | None = None
        self.part, self.first = PARTS[0], 0
        self.rows: Sequence[Mapping[str, str]] = ()

    @property
    def is_kept(self) -> bool:
        """Whether the rules as they stand are those that hold."""
        return self.draft.rules == (list(self.history[0].documents) if self.history else [])

    @property
    def is_large(self) -> bool:
        """Whether a person says twice that it is meant: many prices move, or some below cost."""
        if self.preview is None:
            return False
        counts = self.preview.counts
        return bool(self.preview.stopped) or is_many(counts["falls"] + counts["rises"], sum(counts.values()))

    def load(self) -> None:
        """Fetch the rules that hold and what they may ask about; what is being edited already stays."""
        if self.state in ("loading", "failed"):
            self.attempt(self._load)

    def add(self, kind: str) -> None:
        """Open the form on a new rule, standard or intelligent."""
        self.attempt(lambda: self._open(blank(kind)))

    def edit(self, rule_id: str) -> None:
        """Open the form on a rule."""
        self.attempt(lambda: self._open(self.draft.find(rule_id)))

    def copy(self, rule_id: str) -> None:
        """Add a copy of a rule, which rests until it is switched on."""
        self._change(lambda: self.draft.copy(rule_id))

    def remove_rule(self, rule_id: str) -> None:
        """Take a rule away; undo brings it back."""
        self._change(lambda: self.draft.remove(rule_id))

    def switch(self, rule_id: str, active: bool) -> None:
        """Let a rule take part, or rest."""
        self._change(lambda: self.draft.set(rule_id, "active", active))

    def shift(self, rule_id: str, step: int) -> None:
        """Let a rule be applied before (-1) the one before it, or after (1) the one after it."""
        self._change(lambda: self.draft.shift(rule_id, step))

    def start_from(self, version: int) -> None:
        """Go on from an earlier version, or from no rules with 0; undo brings back what stood here."""
        self._change(lambda: self._start_from(version))

    def undo(self) -> None:
        """Take the last change of the grid back."""
        self._change(self._undo)

    def set_field(self, name: str, value: object) -> None:
        """Keep what was typed into a field of the form."""
        self._write(lambda: self._form().set(name, value))

    def done(self) -> None:
        """Put the rule of the form among the others; nothing is in force yet."""
        self.attempt(self._done)

    def cancel(self) -> None:
        """Leave the form; the rule stays as it was before."""
        self.attempt(self._close)

    def look(self) -> None:
        """Show what the rules would do, price by price; nothing is done."""
        self.attempt(self._look)

    def back(self) -> None:
        """Go back to the grid; nothing typed is lost."""
        self.state = "grid"
        self.attempt(lambda: None)

    def show(self, part: str, first: int = 0) -> None:
        """Show a page of one part of the preview."""
        self.attempt(lambda: self._show(part, first))

    def set_name(self, name: str) -> None:
        """Keep the name that is being typed."""
        self.name = name

    def commit(self, *, sure: bool = False) -> None:
        """Put the rules that were looked at in force.

        Arguments:
            sure: many prices may move by it.
        """
        self.attempt(lambda: self._commit(sure))

    def _load(self) -> None:
        self.state = "failed"  # until all of it was read
        self._read_choices()
        self.attributes, self.condition_words = self.source.price_attributes(), self.source.condition_choices()
        self.history = self.source.history()
        self.draft = Draft(self.history[0].documents if self.history else [])
        self.based_on = self.history[0].id if self.history else 0
        self.state = "grid"
        self._describe()

    def _open(self, document: Mapping[str, Any]) -> None:
        self.form = Form(document, self.attributes, self.condition_words, self.source.currency)
        self.tree.replace(document.get("when") or {"children": []})
        self.new, self.state = 0, "rule"
        self._describe_form()

    def _close(self) -> None:
        self.form, self.state = None, "grid"

    def _form(self) -> Form:
        if self.form is None:
            raise UsageError("No price rule is open.", "Choose one to edit, or add one.")
        return self.form

    def _done(self) -> None:
        if self.conditions.incomplete:
            labels = self.conditions.open_labels()
            raise UsageError(f"No value is typed yet for: {labels}.", "Type one, or remove the condition.")
        (document,) = self.source.documents([self._form().document(self.tree.document())])
        self.draft.put(document, self._form().id)
        self._close()
        self._describe()

    def _start_from(self, number: int) -> None:
        if number == 0:
            self.draft.replace([])
            self.said = "No rules: prices are as their source has them."
            return
        version = find_version(self.history, number)
        self.draft.replace(version.documents)
        self.said = f"These are the rules of version {number}, {version.name}; they hold once you put them in force."

    def _undo(self) -> None:
        self.draft.undo()
        self.said = "Taken back."

    def _look(self) -> None:
        self.preview = self.source.preview(self.draft.rules)
        counts = self.preview.counts
        self._show(next((part for part in PARTS if counts.get(part)), PARTS[1]), 0)
        self.state = "preview"

    def _show(self, part: str, first: int) -> None:
        if part not in PARTS or self.preview is None:
            raise UsageError(f"There is no part {part!r}.", f"The parts are: {', '.join(PARTS)}.")
        first = page_start(first, self.preview.counts.get(part, 0))
        # Read here, where a failure is said, and not while a view is drawn.
        self.rows = self.preview.rows(part, first, PAGE)
        self.part, self.first = part, first

    def _commit(self, sure: bool) -> None:
        if self.state != "preview" or self.preview is None:
            raise UsageError("Nothing was kept: what the rules do was not looked at.", "Look at the preview first.")
        if not self.name.strip():
            raise UsageError(
                "This version has no name yet.", "Say what it changes, so that it can be told from others."
            )
        if self.is_large and not sure:
            raise UsageError("Nothing was kept: many prices would move.", "Tick the box if all of it is meant.")
        kept = self.source.commit(self.draft.rules, self.name.strip(), self.by, based_on=self.based_on)
        self.said = f"In force: {kept.name}, version {kept.id}. The next cycle sends what comes of it."
        self.history, self.based_on = self.source.history(), kept.id
        self.draft = Draft(kept.documents)
        self.name, self.preview, self.state = "", None, "grid"
        self._describe()

    def _change(self, act: Callable[[], None]) -> None:
        """Change the draft, and leave the preview behind."""

        def change() -> None:
            act()
            self.state, self.preview = "grid", None
            self._describe()

        self.attempt(change)

    def _write(self, act: Callable[[], None], _typing: int = 0) -> None:
        """Change the form."""

        def write() -> None:
            self.new = 0
            act()
            self._describe_form()

        self.attempt(write)

    def _describe(self) -> None:
        self.sentences = self.source.describe(self.draft.rules)
        self.findings = self.source.findings(self.draft.rules)

    def _describe_form(self) -> None:
        """Say what the rule of the form does, or why it cannot be kept yet, which is no failure while it is typed."""
        self.sentence, self.refusal = "", ""
        try:
            document = self._form().document(self.tree.document())
            if not document["name"]:
                self.refusal = "Give the rule a name."
                return
            (self.sentence,) = self.source.describe([document])
        except ChannelkitError as error:
            self.refusal = str(error)
