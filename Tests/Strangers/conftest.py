import itertools
import time

import grpc
import pytest

from Harness import stubs
from Harness.cluster import Cluster

# Members that say nothing are given up so soon that a test can wait for it.
SESSION_SECONDS = 3
SETTINGS = {"NEWSWIRE_GROUPS_SESSION_TIMEOUT": f"{SESSION_SECONDS}s", "NEWSWIRE_GROUPS_HEARTBEAT": "1s"}


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """One cluster of three nodes for all tests; each makes topics of its own."""
    with Cluster(tmp_path_factory.mktemp("cluster"), environment=SETTINGS) as running:
        yield running


@pytest.fixture
def session_seconds():
    """How long a group's member may be silent."""
    return SESSION_SECONDS


names = itertools.count(1)


@pytest.fixture
def name():
    """A name that no other test uses."""
    return f"stranger-{time.time_ns() % 10**10}-{next(names)}"


@pytest.fixture
def topic(cluster, name):
    """A topic of one partition."""
    cluster.create_topic(name)
    return name


@pytest.fixture
def refused():
    """Runs a call that must fail; returns its status code, reason and metadata."""

    def run(call):
        with pytest.raises(grpc.RpcError) as caught:
            call()
        error = caught.value
        info = stubs.error_info(error)
        assert info is not None, f"no ErrorInfo: {error.code()} {error.details()}"
        assert info.domain == "newswire"
        return error.code(), info.reason, dict(info.metadata)

    return run
