import logging
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.shared.machine import machine_for
from tests.shared.world import World

EXAMPLES = int(os.environ.get("MECHANISM_EXAMPLES", "25"))
STEPS = int(os.environ.get("MECHANISM_STEPS", "40"))


def test_whatever_happens_each_message_is_applied_once_in_order(world: World, caplog: pytest.LogCaptureFixture):
    """MECHANISM_EXAMPLES and MECHANISM_STEPS make it look longer."""
    caplog.set_level(logging.CRITICAL)  # thousands of handlers fail on purpose
    run_state_machine_as_test(
        machine_for(world),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
