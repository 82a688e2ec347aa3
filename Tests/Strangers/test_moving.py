"""Several brokers: leaders go to others at once when one dies or stops, and partitions move where they are told to."""

import json
import os
import signal
import threading
import time

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from Harness import stubs
from Harness.cluster import Cluster, until

BROKERS = 4


@pytest.fixture(scope="module")
def brokers(tmp_path_factory):
    """Four brokers that are started again when they die; nothing moves by itself."""
    settings = {"NEWSWIRE_BALANCE_ENABLED": "false"}
    folder = tmp_path_factory.mktemp("moving")
    with Cluster(folder, "--brokers", str(BROKERS), environment=settings) as running:
        until("all brokers at work", lambda: len(active(running)) == BROKERS)
        yield running


def active(cluster):
    nodes = cluster.metadata().DescribeCluster(stubs.metadata.DescribeClusterRequest(), timeout=5).nodes
    return {node.id for node in nodes if node.role == 2 and node.state == stubs.metadata.NODE_STATE_ACTIVE}


def partitions(cluster, topic):
    request = stubs.metadata.DescribeTopicsRequest(topics=[stubs.types.TopicReference(topic=topic)])
    described = cluster.metadata().DescribeTopics(request, timeout=5).topics[0]
    assert not described.HasField("error"), described.error
    return described.partitions


def create(cluster, name, *replicas):
    """Creates a topic whose partitions lie on these brokers."""
    assignments = [
        stubs.coordinator.ReplicaAssignment(partition=number, replicas=brokers)
        for number, brokers in enumerate(replicas)
    ]
    new = stubs.coordinator.NewTopic(name=name, assignments=assignments)
    request = stubs.coordinator.CreateTopicsRequest(topics=[new])
    created = cluster.coordinator().CreateTopics(request, timeout=20).topics[0]
    assert not created.HasField("error"), created.error
    return name


def command(cluster, *words, status=0, seconds=60):
    done = cluster.run(*words, seconds=seconds)
    assert done.returncode == status, (words, done.stdout, done.stderr)
    return done.stdout.decode() if status == 0 else done.stderr.decode()


def produce(cluster, topic, lines):
    done = cluster.run("produce", topic, stdin="\n".join(lines).encode() + b"\n")
    assert done.returncode == 0, done.stderr


def consume(cluster, topic):
    return command(cluster, "consume", topic, "--from", "beginning", "--until-end").splitlines()


def is_settled(cluster, topic, replicas):
    """True once every partition lies on its brokers, all in sync, and moves no more."""
    now = partitions(cluster, topic)
    return all(
        list(partition.replicas) == list(wanted)
        and sorted(partition.in_sync_replicas) == sorted(wanted)
        and not partition.target_replicas
        for partition, wanted in zip(now, replicas, strict=True)
    )


def whole(cluster, topic, replicas):
    until(f"{topic} on {replicas}", lambda: is_settled(cluster, topic, replicas))


class Writer(threading.Thread):
    """Writes numbered records, one after the other, and notes how long each took."""

    def __init__(self, cluster, topic, port):
        super().__init__()
        self.topic = topic
        self.slowest = 0
        self.failures = []
        self.written = 0
        self.is_over = threading.Event()
        self.channel = grpc.secure_channel(f"localhost:{cluster.port_base + port}", cluster.credentials())
        self.broker = stubs.broker_grpc.BrokerStub(self.channel)

    def run(self):
        while not self.is_over.is_set():
            record = stubs.types.Record(value=str(self.written).encode())
            request = stubs.broker.ProduceRequest(topic=self.topic, partition=0, records=[record])
            begun = time.monotonic()
            try:
                self.broker.Produce(request, timeout=10)
                self.written += 1
            except grpc.RpcError as error:
                self.failures.append(error)
            self.slowest = max(self.slowest, time.monotonic() - begun)

    def __enter__(self):
        self.start()
        until("the first record", lambda: self.written > 20)
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.join()
        self.channel.close()


def test_a_killed_leader_is_noticed_at_once(brokers, name):
    create(brokers, name, [1, 2, 3])
    whole(brokers, name, [[1, 2, 3]])
    os.kill(brokers.pid("broker-1"), signal.SIGKILL)
    begun = time.monotonic()
    until("another leader", lambda: partitions(brokers, name)[0].leader_id != 1, seconds=5)
    # Its lease would have held for seconds.
    assert time.monotonic() - begun < 2
    whole(brokers, name, [[1, 2, 3]])


def test_a_stopped_leader_hands_over_before_it_goes(brokers, name):
    create(brokers, name, [2, 1, 3])
    whole(brokers, name, [[2, 1, 3]])
    # The writer knows one address, that of a broker that stays, and numbers nothing.
    ports = {node.id: node.port for node in nodes(brokers)}
    with Writer(brokers, name, ports[4] - brokers.port_base) as writer:
        os.kill(brokers.pid("broker-2"), signal.SIGTERM)
        until("another leader", lambda: partitions(brokers, name)[0].leader_id != 2)
        until("more records", lambda count=writer.written: writer.written > count + 20)
    assert not writer.failures, writer.failures
    assert writer.slowest < 2
    lines = consume(brokers, name)
    assert lines == [str(number) for number in range(writer.written)]
    whole(brokers, name, [[2, 1, 3]])


def nodes(cluster):
    answer = cluster.metadata().DescribeCluster(stubs.metadata.DescribeClusterRequest(), timeout=5)
    return [node for node in answer.nodes if node.role == 2]


def test_partitions_are_moved_with_what_they_hold(brokers, name):
    create(brokers, name, [1, 2], [2, 1])
    lines = [f"record {number}" for number in range(500)]
    produce(brokers, name, lines)
    shown = json.loads(
        command(brokers, "partitions", "reassign", f"{name}:0=3,4", f"{name}:1=4,2", "--output", "json")
    )
    assert [partition["topic"] for partition in shown] == [name, name]
    whole(brokers, name, [[3, 4], [4, 2]])
    assert sorted(consume(brokers, name)) == sorted(lines)
    assert partitions(brokers, name)[0].leader_id in (3, 4)
    produce(brokers, name, ["one more"])
    command(brokers, "partitions", "verify", name)


def test_what_is_deleted_stays_deleted_with_the_next_leader_and_the_next_replica(brokers, name):
    create(brokers, name, [1, 2, 3])
    whole(brokers, name, [[1, 2, 3]])
    # One batch, of which some records go and some stay.
    records = [stubs.types.Record(value=b"%d" % number) for number in range(10)]
    request = stubs.broker.ProduceRequest(topic=name, partition=0, records=records)
    brokers.broker().Produce(request, timeout=10)
    where = stubs.broker.DeleteRecordsPartition(topic=name, partition=0, before_offset=4)
    deleted = brokers.broker().DeleteRecords(stubs.broker.DeleteRecordsRequest(partitions=[where]), timeout=10)
    assert deleted.partitions[0].log_start_offset == 4
    os.kill(brokers.pid("broker-1"), signal.SIGKILL)
    until("another leader", lambda: partitions(brokers, name)[0].leader_id != 1, seconds=5)
    assert consume(brokers, name) == [str(number) for number in range(4, 10)]
    whole(brokers, name, [[1, 2, 3]])
    command(brokers, "partitions", "reassign", f"{name}:0=4")
    whole(brokers, name, [[4]])
    assert consume(brokers, name) == [str(number) for number in range(4, 10)]


def test_the_replication_factor_of_a_topic_changes(brokers, name):
    create(brokers, name, [1], [2])
    produce(brokers, name, [f"record {number}" for number in range(100)])
    command(brokers, "topics", "alter", name, "--replication-factor", "3")
    until(
        "three replicas in sync",
        lambda: all(len(partition.in_sync_replicas) == 3 for partition in partitions(brokers, name)),
    )
    command(brokers, "topics", "alter", name, "--replication-factor", "1")
    until("one replica", lambda: all(len(partition.replicas) == 1 for partition in partitions(brokers, name)))
    assert len(consume(brokers, name)) == 100


def test_preferred_leaders_lead_again_when_asked_to(brokers, name):
    create(brokers, name, [1, 2, 3])
    whole(brokers, name, [[1, 2, 3]])
    command(brokers, "partitions", "reassign", f"{name}:0=2,1,3")
    whole(brokers, name, [[2, 1, 3]])
    assert partitions(brokers, name)[0].leader_id == 1
    assert "leads" in command(brokers, "partitions", "elect", name)
    until("broker 2 leads", lambda: partitions(brokers, name)[0].leader_id == 2)


def test_what_makes_no_sense_is_refused_in_plain_words(brokers, name):
    create(brokers, name, [1, 2])
    assert "brokers" in command(brokers, "partitions", "reassign", f"{name}:0=1,2,3,4,5,6,7,8", status=1)
    assert "no broker 77" in command(brokers, "partitions", "reassign", f"{name}:0=77", status=1)
    assert "twice" in command(brokers, "partitions", "reassign", f"{name}:0=1,1", status=1)
    assert "partitions" in command(brokers, "partitions", "reassign", f"{name}:9=1", status=1)
    assert "needs its brokers" in command(brokers, "partitions", "reassign", f"{name}:0", status=2)
    assert "name the topics" in command(brokers, "partitions", "elect", "--unclean", status=2)
    assert "Nothing to elect" in command(brokers, "partitions", "elect", "--unclean", name)
    assert "no broker 77" in command(brokers, "brokers", "drain", "77", status=1)
    assert "alive" in command(brokers, "brokers", "remove", "1", status=1)
    request = stubs.coordinator.ElectLeadersRequest(kind=stubs.coordinator.ELECTION_KIND_UNCLEAN)
    with pytest.raises(grpc.RpcError) as caught:
        brokers.coordinator().ElectLeaders(request, timeout=5)
    assert stubs.error_info(caught.value).reason == "INVALID_REQUEST"


def test_fetch_is_passed_on_by_whoever_does_not_lead(brokers, name):
    create(brokers, name, [1], [2], [3], [2])
    for number in range(3):
        records = [stubs.types.Record(value=b"%d:%d" % (number, record)) for record in range(5)]
        brokers.broker().Produce(
            stubs.broker.ProduceRequest(topic=name, partition=number, records=records), timeout=20
        )

    def fetch(through, *places, epoch=None, **rest):
        wanted = [
            stubs.broker.FetchPartition(topic=name, partition=number, offset=offset, leader_epoch=epoch)
            for number, offset in places
        ]
        request = stubs.broker.FetchRequest(partitions=wanted, **rest)
        return brokers.broker(through).Fetch(request, timeout=20).partitions

    for through in (1, 2, 3, 4):
        found = fetch(through, (2, 1), (0, 0), (1, 5), (3, 0))
        assert [part.error.reason for part in found] == ["", "", "", ""]
        assert [len(part.records) for part in found] == [4, 5, 0, 0]
        assert [part.next_offset for part in found] == [5, 5, 5, 0]
        assert [part.high_watermark for part in found] == [5, 5, 5, 0]
        assert found[0].records[0].value == b"2:1"
        began = time.monotonic()
        (nothing,) = fetch(through, (1, 5), max_wait=Duration(nanos=300_000_000))
        assert (len(nothing.records), nothing.next_offset, nothing.high_watermark) == (0, 5, 5)
        assert 0.25 < time.monotonic() - began < 5
        (small,) = fetch(through, (1, 2), max_bytes=1)
        assert (len(small.records), small.next_offset) == (1, 3)
        (behind,) = fetch(through, (1, 9))
        assert behind.error.reason == "OFFSET_OUT_OF_RANGE" and behind.next_offset == 9
        epoch = partitions(brokers, name)[1].leader_epoch
        assert not fetch(through, (1, 0), epoch=epoch)[0].HasField("error")

    def later():
        time.sleep(0.3)
        brokers.broker().Produce(
            stubs.broker.ProduceRequest(topic=name, partition=3, records=[stubs.types.Record(value=b"late")]), timeout=20
        )

    writer = threading.Thread(target=later)
    writer.start()
    (late,) = fetch(1, (3, 0), max_wait=Duration(seconds=15))
    writer.join()
    assert [record.value for record in late.records] == [b"late"]


def test_fetch_does_not_wait_for_a_leader_that_hangs_if_there_is_something_else_to_tell(brokers, name):
    create(brokers, name, [1], [4])
    for partition in range(2):
        record = stubs.types.Record(value=b"%d" % partition)
        brokers.broker().Produce(
            stubs.broker.ProduceRequest(topic=name, partition=partition, records=[record]), timeout=20
        )
    places = [stubs.broker.FetchPartition(topic=name, partition=number) for number in range(2)]
    paused = brokers.pid("broker-4")
    os.kill(paused, signal.SIGSTOP)
    try:
        began = time.monotonic()
        found = brokers.broker().Fetch(stubs.broker.FetchRequest(partitions=places), timeout=20).partitions
        assert 1 < time.monotonic() - began < 10
    finally:
        os.kill(paused, signal.SIGCONT)
    assert [part.error.reason for part in found] == ["", "LEADER_NOT_AVAILABLE"]
    assert [record.value for record in found[0].records] == [b"0"] and found[1].next_offset == 0
    until("all brokers at work", lambda: len(active(brokers)) == BROKERS)
    (there,) = brokers.broker().Fetch(stubs.broker.FetchRequest(partitions=places[1:]), timeout=20).partitions
    assert [record.value for record in there.records] == [b"1"]


def test_an_unclean_election_is_done_only_by_who_accepts_the_loss(tmp_path, name):
    # A paused process answers nobody and keeps its address: its lease decides.
    settings = {"NEWSWIRE_BROKERS_LEASE": "1s", "NEWSWIRE_BROKERS_HEARTBEAT": "200ms"}
    with Cluster(tmp_path / "data", "--brokers", "3", environment=settings) as cluster:
        until("all brokers at work", lambda: len(active(cluster)) == 3)
        create(cluster, name, [1, 2, 3])
        whole(cluster, name, [[1, 2, 3]])
        produce(cluster, name, ["everywhere"])
        paused = {number: cluster.pid(f"broker-{number}") for number in (1, 2, 3)}
        try:
            os.kill(paused[3], signal.SIGSTOP)
            until("two replicas in sync", lambda: list(partitions(cluster, name)[0].in_sync_replicas) == [1, 2])
            # More than lies in buffers on the way to a paused process, and is taken from there when it wakes.
            produce(cluster, name, [f"{number} " + "x" * 500_000 for number in range(60)])
            loser = cluster.begin("produce", name)
            loser.stdin.write(b"lost\n")
            loser.stdin.flush()
            until("its record is acknowledged", lambda: consume(cluster, name)[-1:] == ["lost"])
            os.kill(paused[1], signal.SIGSTOP)
            os.kill(paused[2], signal.SIGSTOP)
            until("no leader", lambda: not partitions(cluster, name)[0].HasField("leader_id"))
            os.kill(paused[3], signal.SIGCONT)
            until("broker 3 at work", lambda: active(cluster) == {3})
            time.sleep(0.5)
            assert not partitions(cluster, name)[0].HasField("leader_id"), "broker 3 lacks what was acknowledged"
            refused = cluster.run("partitions", "elect", "--unclean", name)
            assert refused.returncode == 1
            assert b"broker 3 would lead with its log up to offset" in refused.stdout, refused.stdout
            assert b"--accept-loss" in refused.stderr
            assert not partitions(cluster, name)[0].HasField("leader_id")
            shown = json.loads(
                command(cluster, "partitions", "elect", "--unclean", "--accept-loss", name, "--output", "json")
            )
            assert shown[0]["leader"] == 3
            assert 1 <= shown[0]["log_end_offset"] < 61
            assert sorted(shown[0]["passed_over"]) == [1, 2]
        finally:
            for process in paused.values():
                os.kill(process, signal.SIGCONT)
        whole(cluster, name, [[1, 2, 3]])
        began = time.monotonic()
        _, complaint = loser.communicate(b"without what was before\n", timeout=60)
        assert loser.returncode == 1 and b"has lost records that were acknowledged" in complaint, complaint
        assert time.monotonic() - began < 15
        produce(cluster, name, ["afterwards"])
        left = [line.split()[0] for line in consume(cluster, name)]
        kept = [str(number) for number in range(shown[0]["log_end_offset"] - 1)]
        assert left == ["everywhere", *kept, "afterwards"]
        command(cluster, "partitions", "verify", name)


def test_a_drained_broker_is_empty_and_can_take_partitions_again(brokers, name):
    create(brokers, name, [4, 1, 2], [1, 2, 4])
    lines = [f"record {number}" for number in range(200)]
    produce(brokers, name, lines)
    command(brokers, "brokers", "drain", "4", "--wait", seconds=120)
    assert all(4 not in partition.replicas for partition in partitions(brokers, name))
    assert sorted(consume(brokers, name)) == sorted(lines)
    logs = json.loads(command(brokers, "brokers", "--disks", "--output", "json"))
    until("its disk is empty", lambda: held_by(brokers, 4) == 0)
    assert len(logs) == BROKERS
    command(brokers, "brokers", "drain", "4", "--cancel")
    until("all brokers at work", lambda: len(active(brokers)) == BROKERS)


def held_by(cluster, broker):
    shown = json.loads(command(cluster, "brokers", "--disks", "--output", "json"))
    return next(len(node["logs"]) for node in shown if node["id"] == broker)
