"""Sentences about what channelkit does, run against real parts."""

import pytest

# Test modules name it as their plugin and import from it as well; its assertions are told in full either way.
pytest.register_assert_rewrite("tests.database_fixtures")
