"""What every model of a view has: whom it tells that something changed, and what it says of what was done last."""

from __future__ import annotations

from collections.abc import Callable

from channelkit.errors import ChannelkitError


class Watched:
    """Something that views watch; what fails in it is said in words and changes nothing.

    Arguments:
        said: what was done last.
        trouble: what failed last.
    """

    def __init__(self) -> None:
        self.said, self.trouble = "", ""
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this whenever something to be shown has changed."""
        self._watchers.append(watcher)

    def attempt(self, act: Callable[[], object], *, quietly: bool = False) -> None:
        """Do it, and tell the watchers; say in words what failed, and leave everything as it was.

        Arguments:
            quietly: nobody asked for it, so what was said last stays.
        """
        if not quietly:
            self.said, self.trouble = "", ""
        try:
            act()
        except ChannelkitError as error:
            self.trouble = str(error)
        finally:
            for watcher in self._watchers:
                watcher()
