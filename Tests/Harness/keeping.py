"""For tests by chance: seeds that come again, and folders that stay when a test fails."""

import os
import random
import shutil

import pytest

from Harness.cluster import ROOT


def scratch_below(name):
    """A fixture: a folder on the disk that the programs are on, kept if the test fails."""

    @pytest.fixture
    def scratch(request):
        folder = ROOT / ".build" / name / request.node.name.replace("/", "-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield folder
        if getattr(request.node, "has_failed", False):
            print(f"what the processes left is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)

    return scratch


def seed_from(variable):
    """A fixture: another number in each run; a failing one is shown, and comes again with the variable."""

    @pytest.fixture
    def seed():
        number = int(os.environ.get(variable) or random.SystemRandom().randrange(10**6))
        print(f"{variable}={number}", flush=True)
        return number

    return seed


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """For `scratch`, which has to know how its test ended."""
    report = (yield).get_result()
    if report.failed:
        item.has_failed = True
