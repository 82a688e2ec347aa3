"""What was acknowledged is there after a loss of power, which takes with it everything that was not synced."""

import random
import time

import pytest

from Crashes.load import BrokenPromise, Load
from Crashes.nodes import SERVICES, DidNotStart, Nodes
from Crashes.rounds import crash_again_and_again


# What a group coordinator has promised lies on the broker: its machine fails together with the broker's.
MACHINES = {
    "coordinator": ("coordinator",),
    "broker": ("broker",),
    "group-coordinator": ("broker", "group-coordinator"),
    "all": SERVICES,
}


@pytest.mark.parametrize("machines", MACHINES)
def test_a_power_failure_loses_nothing_that_was_acknowledged(scratch, seed, machines):
    chance = random.Random(seed)
    victims = MACHINES[machines]

    def crash():
        cluster.kill(*victims)
        if chance.random() < 0.3:
            # The power stays: the next processes inherit what is not synced, and die at work or while they start.
            for victim in victims:
                cluster.revive(victim)
            time.sleep(chance.choice([0, 0.02, 0.2]))
            cluster.kill(*victims)
        mode = chance.choice(["lost", "pages"])
        undone = sum(cluster.lose_power(victim, mode, chance.random()) for victim in victims)
        for victim in victims:
            cluster.revive(victim)
        return f"power failure of {' and '.join(victims)}, {undone} changes were not durable ({mode})"

    with Nodes(scratch, fragile=True) as cluster, Load(cluster, seed) as load:
        crash_again_and_again(load, chance, crash)


@pytest.mark.parametrize("sync", ["no-fdatasync", "lying"])
@pytest.mark.parametrize("service", ["coordinator", "broker"])
def test_the_check_notices_when_a_sync_does_nothing(scratch, seed, service, sync):
    """The same crash, with a disk that lies: if this passed, the test above would prove nothing."""
    with Nodes(scratch, fragile=True) as cluster:
        load = Load(cluster, seed)
        load.prepare()
        cluster.kill(service)
        cluster.syncs[service] = sync
        cluster.revive(service)
        with load:
            load.wait_for_progress()
            cluster.kill(service)
        assert cluster.lose_power(service, "lost", seed) > 0
        cluster.revive(service)
        with pytest.raises((BrokenPromise, DidNotStart)) as noticed:
            load.verify(patience=5)
        print(noticed.value)
