"""``python -m channelkit``."""

from __future__ import annotations

from channelkit.cli import main

if __name__ == "__main__":
    main()
