"""What was acknowledged is there: after kill -9 at any moment, and after a failure of the power."""

import os
import random
import signal
import time

import pytest

from Crashes.conftest import SERVICES, FragileCluster
from Crashes.load import BrokenPromise, Load
from Harness.cluster import Cluster, until

ROUNDS = int(os.environ.get("NEWSWIRE_CRASHES", "20"))


def kill(cluster, service):
    """kill -9 of a node; returns when another process has taken its place."""
    node = f"{service}-1"
    victim = until(f"a process of {node}", lambda: cluster.pid(node))
    os.kill(victim, signal.SIGKILL)
    until(f"{node} anew", lambda: cluster.pid(node) not in (None, victim))


def crash_again_and_again(cluster, load, choose, chance):
    for round_number in range(1, ROUNDS + 1):
        load.wait_for_progress()
        time.sleep(chance.uniform(0, 0.3))
        kill(cluster, choose())
        until("an answer from every node", cluster.is_serving, 60)
        load.wait_for_progress()
        count, hashed = load.verify()
        print(f"crash {round_number}: {count} acknowledged records are there, {hashed}")


def test_kill_nine_of_any_process_loses_nothing(scratch):
    chance = random.Random(1)
    with Cluster(scratch / "data") as cluster, Load(cluster, seed=1) as load:
        crash_again_and_again(cluster, load, lambda: chance.choice(SERVICES), chance)


@pytest.mark.parametrize("service", SERVICES)
def test_a_power_failure_loses_nothing_that_was_acknowledged(scratch, service):
    chance = random.Random(2)

    def choose():
        cluster.set_mode(service, chance.choice(["lost", "pages"]))
        return service

    with FragileCluster(scratch) as cluster, Load(cluster, seed=2) as load:
        crash_again_and_again(cluster, load, choose, chance)


@pytest.mark.parametrize("service", ["coordinator", "broker"])
def test_the_check_notices_when_a_sync_does_nothing(scratch, service):
    """The same crash, with a disk that lies: if this passed, the test above would prove nothing."""
    with FragileCluster(scratch) as cluster:
        cluster.create_topic(f"load-{service}")
        cluster.stop()
        cluster.set_sync(service, "lying")
        cluster.start()
        with Load(cluster, seed=3) as load:
            load.wait_for_progress()
        cluster.kill_all()
        cluster.start()
        with pytest.raises(BrokenPromise):
            load.verify()
