"""A disk that fails: its folder is fenced, others lead, a damaged replica is mended, and people are told so in words."""

import json
import os
import time

import grpc
import pytest

from Harness import stubs
from Harness.cluster import until
from Harness.stubs import broker, types
from Torture.ailing import AilingDisk
from Torture.machines import BROKERS, Machines

TOPIC = "orders"
PARTITIONS = 3


class Writer:
    """Writes records and knows which of them were acknowledged."""

    def __init__(self, machines):
        self.machines = machines
        self.acknowledged = {}
        self.number = 0

    def write(self, partition, seconds=10.0, size=200):
        """One record, by any broker that takes it, within a time."""
        self.number += 1
        value = f"{self.number}:".encode() + bytes(size)
        request = broker.ProduceRequest(
            topic=TOPIC, partition=partition, acks=broker.ACKS_ALL, records=[types.Record(value=value)]
        )
        end = time.monotonic() + seconds
        turn = 0
        while True:
            try:
                stub = self.machines.broker(BROKERS[turn % 3])
                place = stub.Produce(request, timeout=3, wait_for_ready=True).partitions[0]
                assert not place.HasField("error"), place.error
                self.acknowledged[partition, place.base_offset] = value
                return
            except grpc.RpcError as error:
                turn += 1
                if time.monotonic() > end:
                    raise AssertionError(f"no write within {seconds} s: {error.details()}") from None
                time.sleep(0.05)

    def write_everywhere(self, count=20, **more):
        for _ in range(count):
            for partition in range(PARTITIONS):
                self.write(partition, **more)

    def verify(self):
        """Every acknowledged record can be read; others may be there too, from tries without an answer."""
        found = {}
        for partition in range(PARTITIONS):
            place = broker.ConsumePartition(topic=TOPIC, partition=partition, beginning=True)
            request = broker.ConsumeRequest(partitions=[place], until_end=True)
            for answer in self.machines.broker("broker-1").Consume(request, timeout=30, wait_for_ready=True):
                assert not answer.HasField("error"), answer.error
                for record in answer.records:
                    found[partition, record.offset] = record.value
        lost = [place for place, value in self.acknowledged.items() if found.get(place) != value]
        assert not lost, f"{len(lost)} of {len(self.acknowledged)} records are lost, the first at {min(lost)}"


class Cluster(Machines):
    """Three brokers, one of which has a disk that ails."""

    def __init__(self, scratch, **more):
        super().__init__(scratch, **more)
        self.ailing = AilingDisk(self.folder("broker-2") / "data")

    def start(self, machine):
        before = self.environment
        if machine == "broker-2":
            self.environment = before | self.ailing.environment
        super().start(machine)
        self.environment = before

    def prepare(self):
        error = self.create_topic(TOPIC, PARTITIONS, 3, **{"segment.bytes": "100000"})
        assert error is None, error
        writer = Writer(self)
        writer.write_everywhere()
        return writer

    def leaders(self):
        return [partition.leader_id for partition in self.partitions(TOPIC)]

    def wait_until_led_elsewhere(self, number, seconds=10):
        until(f"others leading what broker {number} led", lambda: number not in self.leaders(), seconds)

    def wait_in_sync(self, seconds=60):
        def in_sync():
            return all(len(p.in_sync_replicas) == 3 for p in self.partitions(TOPIC))

        until("all replicas in sync", in_sync, seconds)

    def wait_until_equal(self, seconds=60):
        self.wait_in_sync(seconds)
        done = self.run("partitions", "verify", TOPIC)
        assert done.returncode == 0, done.stdout + done.stderr

    def words(self, *command):
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def restart(self, machine):
        self.kill(machine)
        self.start(machine)


@pytest.fixture
def cluster(scratch):
    with Cluster(scratch) as cluster:
        yield cluster


@pytest.mark.parametrize("calls", ["sync once", "write once", "sync write read"])
def test_a_folder_whose_disk_fails_is_used_no_more(cluster, calls):
    writer = cluster.prepare()
    assert 2 in cluster.leaders()
    cluster.ailing.fail(calls)
    writer.write_everywhere(count=10)
    cluster.wait_until_led_elsewhere(2)
    # It works again, and nobody believes it: what the disk holds is not known.
    cluster.ailing.work()
    writer.write_everywhere(count=10)
    writer.verify()
    time.sleep(3)
    for partition in cluster.partitions(TOPIC):
        assert 2 not in partition.in_sync_replicas, partition
    words = cluster.words("partitions", "list", TOPIC)
    assert "broker 2" in words and "not at work" in words, words
    words = cluster.words("partitions", "describe", TOPIC)
    assert "broker 2" in words and "disk folder" in words, words
    words = cluster.words("brokers", "--disks")
    assert "Input/output error" in words, words
    done = cluster.run("partitions", "verify", TOPIC)
    assert done.returncode == 1 and "not at work" in done.stdout, done.stdout
    # Somebody has put it right and starts the broker again.
    cluster.restart("broker-2")
    cluster.wait_until_equal()
    writer.write_everywhere(count=5)
    writer.verify()
    assert "ok" in cluster.words("partitions", "list", TOPIC)


def test_a_broker_that_cannot_read_its_disk_leaves_the_reading_to_others(cluster):
    writer = cluster.prepare()
    cluster.ailing.fail("read")
    # Reading from the beginning meets the disk of the leader.
    until("the records", lambda: can(writer.verify), 30)
    cluster.wait_until_led_elsewhere(2, 20)
    writer.write_everywhere(count=5)
    cluster.ailing.work()
    cluster.restart("broker-2")
    cluster.wait_until_equal()


def can(call):
    try:
        call()
    except (grpc.RpcError, AssertionError):
        return False
    return True


def test_a_read_only_file_system_fences_the_folder(scratch):
    with Cluster(scratch, disk_megabytes=64) as cluster:
        disk = cluster.disks["broker-2"]
        if disk.why_not is not None:
            pytest.skip(f"no file system can be mounted here: {disk.why_not}")
        writer = cluster.prepare()
        disk.break_down()
        writer.write_everywhere(count=10)
        cluster.wait_until_led_elsewhere(2)
        words = cluster.words("partitions", "describe", TOPIC)
        assert "Read-only file system" in words, words
        cluster.kill("broker-2")
        disk.repair()
        cluster.start("broker-2")
        cluster.wait_until_equal()
        writer.verify()


def test_a_full_disk_gives_leadership_away_until_there_is_room(scratch):
    with Cluster(scratch, disk_megabytes=64) as cluster:
        disk = cluster.disks["broker-2"]
        if disk.why_not is not None:
            pytest.skip(f"no file system can be mounted here: {disk.why_not}")
        writer = cluster.prepare()
        disk.fill()
        writer.write_everywhere(count=30, size=5000)
        cluster.wait_until_led_elsewhere(2)
        words = cluster.words("partitions", "describe", TOPIC)
        assert "full" in words, words
        disk.empty()
        cluster.wait_until_equal()
        writer.write_everywhere(count=5)
        writer.verify()


@pytest.mark.parametrize("is_leader", [True, False], ids=["leader", "follower"])
def test_a_flipped_bit_is_found_and_mended_from_the_others(cluster, is_leader):
    writer = cluster.prepare()
    writer.write_everywhere(count=60, size=3000)
    partition = next(p for p in cluster.partitions(TOPIC) if (p.leader_id == 2) == is_leader)
    flip_a_bit(cluster, "broker-2", partition.partition)
    done = cluster.run("partitions", "verify", TOPIC, "--output", "json")
    assert done.returncode == 1, done.stdout
    replicas = json.loads(done.stdout)["partitions"][partition.partition]["replicas"]
    found = {replica["broker"]: replica["result"] for replica in replicas}
    assert found == {1: "equal", 2: "damaged", 3: "equal"}, found
    # Who found it has told the broker: the replica is put aside and comes again from the others.
    folder = cluster.folder("broker-2") / "data"
    until("the damaged replica put aside", lambda: list(folder.glob(f"*-{partition.partition}.damaged")), 30)
    cluster.wait_until_equal()
    writer.write_everywhere(count=5)
    writer.verify()


def flip_a_bit(cluster, machine, partition):
    """In a closed segment of the partition's log, behind the first batch."""
    topic = cluster.metadata().DescribeTopics(
        stubs.metadata.DescribeTopicsRequest(topics=[types.TopicReference(topic=TOPIC)]), timeout=5
    ).topics[0]
    digits = topic.topic_id.hex()
    name = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:], str(partition)])
    segments = sorted((cluster.folder(machine) / "data" / name).glob("*.log"))
    assert len(segments) > 1, "nothing has been closed yet"
    with open(segments[0], "r+b") as file:
        place = os.path.getsize(segments[0]) // 2
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0x10]))
