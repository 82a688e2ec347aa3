"""What was acknowledged is there after kill -9 of any process at any moment."""

import random

from Crashes.load import Load
from Crashes.nodes import SERVICES, Nodes
from Crashes.rounds import crash_again_and_again


def test_kill_nine_of_any_process_loses_nothing(scratch, seed):
    chance = random.Random(seed)

    def crash():
        victims = chance.choice([*([service] for service in SERVICES), SERVICES])
        cluster.kill(*victims)
        for service in victims:
            cluster.revive(service)
        return f"kill -9 of {' and '.join(victims)}"

    with Nodes(scratch) as cluster, Load(cluster, seed) as load:
        crash_again_and_again(load, chance, crash)
