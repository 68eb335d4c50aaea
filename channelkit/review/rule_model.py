"""The rule editor: what is being written, what it would do, and what a person decides, with nothing of how it looks.

Both views show what stands here and call what stands here. Nothing that was typed is ever lost: the rule stays as it
is when something fails, when the preview is left, and until it is committed; every edit can be undone (LR-04).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from channelkit.errors import UsageError
from channelkit.review.rule_pages import PAGE, is_many, page_start
from channelkit.review.rule_source import Document, Finding, Preview, RuleSource, Version
from channelkit.review.rule_versions import find_version
from channelkit.review.rule_writing import WritesConditions

State = Literal["loading", "editing", "preview", "failed"]

PARTS = ("ineligible", "new", "eligible")
"""The three sets of a preview; what would be taken off sale comes first."""


class RuleModel(WritesConditions):
    """A rule while it is written.

    Arguments:
        source: the store's rules; their public functions are all that is called.
        by: who decides; kept with the rule.
    """

    def __init__(self, source: RuleSource, by: str = "") -> None:
        super().__init__(source)
        self.source, self.by = source, by
        self.state: State = "loading"
        self.history: Sequence[Version] = ()
        self.sentence, self.findings = "", list[Finding]()
        self.preview: Preview | None = None
        self.part, self.first = PARTS[0], 0
        self.rows: Sequence[Mapping[str, str]] = ()
        self.reasons: Sequence[tuple[str, int]] = ()
        self.name = ""
        self._counted: Document | None = None
        self._undone: list[Document] = []
        self._typing = 0

    @property
    def can_undo(self) -> bool:
        """Whether an edit of this sitting can be taken back."""
        return bool(self._undone)

    @property
    def is_counted(self) -> bool:
        """Whether the preview is of the rule as it stands."""
        return self.preview is not None and self._counted == self.tree.document()

    @property
    def is_kept(self) -> bool:
        """Whether the rule as it stands is the one that holds."""
        return bool(self.history) and self.history[0].document == self.tree.document()

    @property
    def incomplete(self) -> list[int]:
        """Numbers of lines that have no value yet."""
        return self.conditions.incomplete

    @property
    def is_large(self) -> bool:
        """Whether so many listings would be taken off sale that a person says so twice."""
        if self.preview is None:
            return False
        listed = self.preview.counts["eligible"] + self.preview.counts["ineligible"]
        return is_many(self.preview.leaving, listed)

    def load(self) -> None:
        """Fetch the attributes and the rule that holds; what is being edited already stays."""
        if self.state in ("loading", "failed"):
            self.attempt(self._load)

    def start_from(self, version: int) -> None:
        """Go on from an earlier version, or from no conditions with 0; undo brings back what stood here."""
        self._write(lambda: self._start_from(version))

    def undo(self) -> None:
        """Take the last edit back."""
        self.attempt(self._undo)

    def count(self) -> None:
        """Compute what the rule would do, for the figures beside it."""
        self.attempt(self._count, quietly=True)

    def look(self) -> None:
        """Show what the rule would do, listing by listing; nothing is done (LR-03)."""
        self.attempt(self._look)

    def back(self) -> None:
        """Go back to editing; nothing typed is lost (LR-04)."""
        self.state = "editing"
        self.attempt(lambda: None)

    def show(self, part: str, first: int = 0) -> None:
        """Show a page of one of the three sets."""
        self.attempt(lambda: self._show(part, first))

    def set_name(self, name: str) -> None:
        """Keep the name that is being typed."""
        self.name = name

    def commit(self, *, sure: bool = False) -> None:
        """Put the rule that was looked at in force (LR-04).

        Arguments:
            sure: many listings may be taken off sale by it.
        """
        self.attempt(lambda: self._commit(sure))

    def _load(self) -> None:
        self.state = "failed"  # until all of it was read
        self._read_choices()
        self.history = self.source.history()
        self.tree.replace(self.history[0].document if self.history else {"children": []})
        self.name = ""
        self.state = "editing"
        self._describe()
        if self.source.counts_at_once:
            self._count()

    def _start_from(self, number: int) -> None:
        if number == 0:
            self.tree.replace({"children": []})
            self.said = "No conditions: everything may be sold."
            return
        version = find_version(self.history, number)
        self.tree.replace(version.document)
        self.name = version.name
        self.said = f"This is version {number}, {version.name}; it holds again once you put it in force."

    def _undo(self) -> None:
        if not self._undone:
            raise UsageError("Nothing was edited in this sitting, so nothing is taken back.")
        self.tree.replace(self._undone.pop())
        self._typing = 0
        self.said = "Taken back."
        self._describe()

    def _count(self) -> None:
        if self.incomplete or self.is_counted:
            return
        document = self.tree.document()
        self.preview, self._counted = self.source.preview(document), document
        self.findings = list(self.source.findings(document, counted=True))
        self.first = 0

    def _look(self) -> None:
        if self.incomplete:
            labels = self.conditions.open_labels()
            raise UsageError(f"No value is typed yet for: {labels}.", "Type one, or remove the condition.")
        self._count()
        self._show(next((part for part in PARTS if self.preview and self.preview.counts[part]), PARTS[0]), 0)
        self.state = "preview"

    def _show(self, part: str, first: int) -> None:
        if part not in PARTS or self.preview is None:
            raise UsageError(f"There is no set {part!r}.", f"The sets are: {', '.join(PARTS)}.")
        first = page_start(first, self.preview.counts[part])
        # Read here, where a failure is said, and not while a view is drawn.
        self.rows, self.reasons = self.preview.rows(part, first, PAGE), self.preview.reasons(part)
        self.part, self.first = part, first

    def _commit(self, sure: bool) -> None:
        if self.state != "preview" or not self.is_counted or self.preview is None:
            raise UsageError("Nothing was kept: what the rule does was not looked at.", "Look at the preview first.")
        if not self.name.strip():
            raise UsageError("The rule has no name yet.", "Type one, so that it can be told from earlier versions.")
        if self.is_large and not sure:
            raise UsageError(
                f"Nothing was kept: {self.preview.leaving:,} listings would be taken off sale.",
                "Tick the box beside the button if all of them are meant.",
            )
        kept = self.source.commit(self.tree.document(), self.name.strip(), self.by)
        moved = f"Moved: {kept.moved}" if kept.moved else "Nothing moved yet."
        self.said = f"In force: {kept.name}, version {kept.id}. {moved} The next cycle plans what follows on Amazon."
        self.state = "editing"
        self._undone.clear()
        self.history = self.source.history()
        self.name, self.preview, self._counted = "", None, None
        if self.source.counts_at_once:
            self._count()

    def _write(self, act: Callable[[], None], typing: int = 0) -> None:
        before = self.tree.document()

        def edit() -> None:
            self.new = 0
            act()
            # What is typed into one line, letter by letter, is one edit.
            if self.tree.document() != before and not (typing and typing == self._typing):
                self._undone.append(before)
            self._typing = typing
            self.state = "editing"
            self._describe()

        self.attempt(edit)

    def _describe(self) -> None:
        document = self.tree.document()
        self.sentence = self.source.describe(document)
        self.findings = [] if self.incomplete else list(self.source.findings(document))
