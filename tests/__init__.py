"""Sentences about what channelkit does, run against real parts."""

import pytest
from hypothesis import settings

# Test modules name it as their plugin and import from it as well; its assertions are told in full either way.
pytest.register_assert_rewrite("tests.database_fixtures")

# A slow machine makes no test fail.
settings.register_profile("channelkit", deadline=None)
settings.load_profile("channelkit")
