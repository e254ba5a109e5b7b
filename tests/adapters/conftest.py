"""The adapter kit explains its failed assertions like a test does."""

import pytest

pytest.register_assert_rewrite("store_kit")
