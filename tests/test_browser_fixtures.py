"""Where no browser is found, tests in one are skipped with a line that says how to get it; in CI that is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser_fixtures import HOW, explain_absence


def test_without_a_browser_a_test_is_skipped_and_says_how_to_get_one() -> None:
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        explain_absence({})


def test_in_ci_a_browser_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception, match="playwright install chromium"):
        explain_absence({"CI": "1"})


def test_ci_installs_the_browser_that_it_demands() -> None:
    script = (Path(__file__).parent.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert "command -v chromium >/dev/null || missing+=(chromium)" in script and "export CI=1" in script
    assert 'install --no-install-recommends "${missing[@]}"' in script
    assert "apt-get install chromium" in HOW


def test_the_browser_that_is_found_is_a_chromium(browser: Browser) -> None:
    assert browser.browser_type.name == "chromium" and browser.version
