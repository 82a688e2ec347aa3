"""Files that rot under three real brokers, in any place, at work and at rest: nothing wrong is read, and all is mended."""

import json
import os
import random
import signal
import time
import uuid
from pathlib import Path

import grpc
import pytest

from Harness import stubs
from Harness.cluster import Cluster, until
from Harness.stubs import broker, types

TOPIC = "rotting"
BROKERS = (1, 2, 3)
KINDS = (".log", ".index", ".timeindex", "manifest")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    settings = {"NEWSWIRE_SCRUB_INTERVAL": "1s", "NEWSWIRE_BALANCE_ENABLED": "false"}
    with Cluster(tmp_path_factory.mktemp("rot"), "--brokers", "3", environment=settings) as running:
        running.create_topic(TOPIC, 1, 3, **{"segment.bytes": "1048576", "index.interval.bytes": "1024"})
        running.written = []
        write(running, 3000)
        yield running


def state(cluster):
    request = stubs.metadata.DescribeTopicsRequest(topics=[stubs.types.TopicReference(topic=TOPIC)])
    described = cluster.metadata().DescribeTopics(request, timeout=5).topics[0]
    return described, described.partitions[0]


def write(cluster, count):
    """Acknowledged records of different sizes, each of which can be told from all others."""
    for start in range(0, count, 100):
        values = [f"{len(cluster.written) + n}:".encode() + os.urandom(random.randrange(2000)) for n in range(100)]
        records = [types.Record(value=value) for value in values]
        request = broker.ProduceRequest(topic=TOPIC, partition=0, acks=broker.ACKS_ALL, records=records)
        until("a write", lambda request=request: wrote(cluster, request))
        cluster.written += values
        assert start < count


def wrote(cluster, request):
    try:
        return not cluster.broker(1).Produce(request, timeout=10, wait_for_ready=True).partitions[0].HasField("error")
    except grpc.RpcError:
        return False


def read(cluster, through, form=types.RECORDS_FORM_STRUCTURED):
    """All records, structured; whatever comes must be what was written. None after an error that says so."""
    place = broker.ConsumePartition(topic=TOPIC, partition=0, beginning=True)
    request = broker.ConsumeRequest(partitions=[place], until_end=True, form=form)
    found = []
    try:
        for answer in cluster.broker(through).Consume(request, timeout=60, wait_for_ready=True):
            for record in answer.records:
                assert record.offset == len(found)
                assert record.value == cluster.written[record.offset]
                found.append(record.value)
    except grpc.RpcError as error:
        assert error.code() in (grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNAVAILABLE), error
        return None
    return found


def folder(cluster, number):
    topic = state(cluster)[0]
    name = f"{uuid.UUID(bytes=bytes(topic.topic_id))}-0"
    found = list(Path(cluster.data, f"broker-{number}").rglob(name))
    return found[0] if found else None


def flip(replica, dice):
    """Flips one bit of one file in place, each kind of file as likely as the others."""
    kind = dice.choice(KINDS)
    files = [file for file in sorted(replica.iterdir()) if file.name.endswith(kind) and file.stat().st_size]
    file = dice.choice(files)
    at = dice.randrange(file.stat().st_size)
    with open(file, "r+b") as opened:
        opened.seek(at)
        byte = opened.read(1)[0] ^ (1 << dice.randrange(8))
        opened.seek(at)
        opened.write(bytes([byte]))
        opened.flush()
        os.fsync(opened.fileno())
    return f"byte {at} of {file.name}", kind


def is_whole(cluster):
    return sorted(state(cluster)[1].in_sync_replicas) == list(BROKERS)


def scrub_times(cluster):
    """When each replica was last read through, as `partitions describe` tells it."""
    done = cluster.run("partitions", "describe", TOPIC, "--output", "json")
    assert done.returncode == 0, done.stderr
    scrubs = json.loads(done.stdout)["partitions"][0]["scrub"]
    return {scrub["broker"]: scrub["ended_ms"] or 0 for scrub in scrubs}


def read_through(cluster, number, since):
    return is_whole(cluster) and scrub_times(cluster).get(number, 0) > since


def verify(cluster):
    done = cluster.run("partitions", "verify", TOPIC)
    return done.returncode == 0


def is_mended(cluster, number):
    """Two passes after now have come to their end: one may have begun before the flip."""
    for _ in range(2):
        since = time.time() * 1000
        until(f"broker {number} has read everything through", lambda: read_through(cluster, number, since), 60)
    until("all replicas are equal", lambda: verify(cluster), 60)


@pytest.mark.parametrize("seed", range(8))
def test_rot_at_work(cluster, seed):
    dice = random.Random(seed)
    number = dice.choice([state(cluster)[1].leader_id, *BROKERS])
    where, _ = flip(folder(cluster, number), dice)
    print(f"seed {seed}: {where} of broker {number}, leader {state(cluster)[1].leader_id}")
    through = dice.choice(BROKERS)
    read(cluster, through)
    done = cluster.run("consume", TOPIC, "--from", "beginning", "--until-end", "--format", "json", seconds=90)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(cluster.written)
    write(cluster, 100)
    is_mended(cluster, number)
    until("every record is read", lambda: read(cluster, through) == cluster.written, 60)


@pytest.mark.parametrize("seed", range(100, 106))
def test_rot_before_a_start(cluster, seed):
    dice = random.Random(seed)
    number = dice.choice(BROKERS)
    replica = folder(cluster, number)
    pid = cluster.pid(f"broker-{number}")
    os.kill(pid, signal.SIGSTOP)
    where, _ = flip(replica, dice)
    print(f"seed {seed}: {where} of broker {number}")
    # `newswire dev` starts it again.
    os.kill(pid, signal.SIGKILL)
    until("the broker's end", lambda: cluster.pid(f"broker-{number}") != pid)
    write(cluster, 100)
    until("all are in sync", lambda: is_whole(cluster), 60)
    read(cluster, number)
    is_mended(cluster, number)
    until("every record is read", lambda: read(cluster, number) == cluster.written, 60)
