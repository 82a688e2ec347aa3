"""Brokers are drained, and taken back, at random, while processes are killed and stopped and somebody writes."""

import os
import random
import signal
import subprocess
import threading
import time

from Harness import stubs
from Harness.cluster import Cluster, until

BROKERS = (1, 2, 3, 4)
TOPIC = "moved"
SECONDS = 25
RECORDS = 40_000
RECORDS_A_SECOND = 1_500


class Producer(threading.Thread):
    """Writes numbered records by the command line, which numbers and repeats them for whoever leads."""

    def __init__(self, cluster):
        super().__init__()
        command = [str(cluster.binaries / "newswire"), "produce", TOPIC, "--key-separator", ":"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **cluster.settings},
        )

    def run(self):
        for number in range(RECORDS):
            self.process.stdin.write(b"%d:%d %s\n" % (number % 97, number, b"x" * 200))
            if number % 150 == 0:
                self.process.stdin.flush()
                time.sleep(150 / RECORDS_A_SECOND)
        self.process.stdin.close()

    def result(self):
        self.join()
        errors = self.process.stderr.read().decode()
        return self.process.wait(60), errors


def partitions(cluster):
    request = stubs.metadata.DescribeTopicsRequest(topics=[stubs.types.TopicReference(topic=TOPIC)])
    return cluster.metadata().DescribeTopics(request, timeout=5, wait_for_ready=True).topics[0].partitions


def is_calm(cluster):
    return all(len(part.in_sync_replicas) == 3 and not part.target_replicas for part in partitions(cluster))


def end_drain(cluster, broker):
    """The coordinator may be on its way back."""

    def ended():
        return cluster.run("brokers", "drain", str(broker), "--cancel").returncode == 0

    until(f"the end of draining broker {broker}", ended)


def test_nothing_is_lost_while_partitions_move(scratch, seed):
    chance = random.Random(seed)
    with Cluster(scratch / "data", "--brokers", str(len(BROKERS))) as cluster:
        new = stubs.coordinator.NewTopic(name=TOPIC, partitions=16, replication_factor=3)

        def created():
            request = stubs.coordinator.CreateTopicsRequest(topics=[new])
            return not cluster.coordinator().CreateTopics(request, timeout=20).topics[0].HasField("error")

        until("three brokers that take replicas", created)
        producer = Producer(cluster)
        producer.start()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            broker = chance.choice(BROKERS)
            drained = cluster.run("brokers", "drain", str(broker))
            assert drained.returncode == 0, drained.stderr
            time.sleep(chance.uniform(0.05, 1))
            victim = chance.choice([f"broker-{number}" for number in BROKERS] + ["coordinator-1", "coordinator-1"])
            process = cluster.pid(victim)
            if process:
                os.kill(process, chance.choice([signal.SIGKILL, signal.SIGTERM]))
            time.sleep(chance.uniform(0.5, 3))
            end_drain(cluster, broker)
        status, errors = producer.result()
        assert status == 0, errors
        until("all replicas in sync, and nothing under way", lambda: is_calm(cluster), seconds=60)
        read = cluster.run("consume", TOPIC, "--from", "beginning", "--until-end", seconds=120)
        assert read.returncode == 0, read.stderr
        numbers = [int(line.split()[0]) for line in read.stdout.splitlines()]
        assert sorted(numbers) == list(range(RECORDS))
        verified = cluster.run("partitions", "verify", TOPIC, seconds=120)
        assert verified.returncode == 0, verified.stdout + verified.stderr
