"""The suite runs on the official images of PostgreSQL and Redis as it does on the embedded engines."""

import os
import subprocess
import sys

import pytest

from tests.deploy.stack import ROOT

pytestmark = pytest.mark.deploy

# All of the mechanism but its state machine, which takes minutes and asks nothing more of the engines.
SLICE = ("tests/feedback", "tests/shared", "--ignore=tests/shared/test_mechanism.py")


def test_a_slice_of_the_suite_passes_on_containers():
    # The containers are ended by the fixtures that start them, so nothing needs to reap them.
    environment = {"TESTCONTAINERS_RYUK_DISABLED": "true"} | os.environ | {"INFRA": "containers"}
    words = [sys.executable, "-m", "pytest", "-m", "not deploy", *SLICE]
    told = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-5000:] + told.stderr[-2000:]
    assert " passed" in told.stdout
