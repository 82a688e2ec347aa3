"""What brokers say to each other, said wrongly: nobody falls over, and what is right goes on."""

import os
import threading

import grpc
import pytest

from Harness import stubs
from Harness.cluster import Cluster, until
from Strangers import replicating
from Strangers.replicating import FakeBroker, answer, batch, delivery, node_identity, replication

FAKE = 2
HUGE = 2**63 - 1


@pytest.fixture(scope="module")
def replicas(tmp_path_factory):
    """One real broker, which nothing makes move replicas."""
    settings = {"NEWSWIRE_BALANCE_ENABLED": "false"}
    with Cluster(tmp_path_factory.mktemp("replicas"), "--no-restart", environment=settings) as running:
        yield running


@pytest.fixture(scope="module")
def leader(replicas):
    """A broker that leads and is not to be trusted."""
    with FakeBroker(replicas, FAKE) as fake:
        yield fake


@pytest.fixture(autouse=True)
def goes_on(replicas, name):
    """After each test the same process is there, and serves."""
    before = replicas.pid("broker-1")
    assert before
    yield
    assert replicas.pid("broker-1") == before
    create(replicas, name + "-after", 1)
    record = stubs.types.Record(value=b"still here")
    replicas.broker().Produce(stubs.broker.ProduceRequest(topic=name + "-after", records=[record]), timeout=10)


def create(cluster, name, *brokers):
    assignment = stubs.coordinator.ReplicaAssignment(partition=0, replicas=brokers)
    new = stubs.coordinator.NewTopic(name=name, assignments=[assignment])
    created = cluster.coordinator().CreateTopics(
        stubs.coordinator.CreateTopicsRequest(topics=[new]), timeout=20
    )
    assert not created.topics[0].HasField("error"), created.topics[0].error
    return created.topics[0].topic_id


def registered(epoch, number=1):
    return replication.ReplicateRequest(broker_id=number, broker_epoch=epoch)


# Above every epoch there is: a process that the broker has not heard of yet may follow.
NEWER = registered(1 << 40)


class Follower:
    """A stream of a follower's words."""

    def __init__(self, channel):
        self.words = []
        self.changed = threading.Condition()
        self.is_over = False
        self.call = replicating.replication_grpc.ReplicationStub(channel).Replicate(self.say(), timeout=20)

    def say(self):
        said = 0
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.is_over or len(self.words) > said)
                if self.is_over and len(self.words) == said:
                    return
                words = self.words[said]
                said += 1
            yield words

    def add(self, *words, last=False):
        with self.changed:
            self.words += words
            self.is_over = last
            self.changed.notify_all()


def follow(cluster, identity, *words):
    """Says all of it at once; what comes back until the call ends."""
    with replicating.channel(cluster, identity) as channel:
        follower = Follower(channel)
        follower.add(*words, last=True)
        return list(follower.call)


def position(topic=bytes(16), **fields):
    return replication.ReplicaPosition(topic_id=topic, **fields)


@pytest.mark.parametrize(
    ("role", "number", "says", "reason"),
    [
        ("group-coordinator", 1, NEWER, "PERMISSION_DENIED"),
        ("coordinator", 1, NEWER, "PERMISSION_DENIED"),
        ("broker", 3, NEWER, "PERMISSION_DENIED"),
        ("broker", 77, registered(1 << 40, 77), "FENCED_BROKER_EPOCH"),
        ("broker", 1, registered(0), "FENCED_BROKER_EPOCH"),
        ("broker", 1, registered(-(2**63)), "FENCED_BROKER_EPOCH"),
        ("broker", 1, replication.ReplicateRequest(), "PERMISSION_DENIED"),
    ],
)
def test_only_the_present_process_of_a_broker_may_follow(replicas, refused, role, number, says, reason):
    identity = node_identity(replicas, role, number)
    _, told, _ = refused(lambda: follow(replicas, identity, says))
    assert told == reason


@pytest.mark.parametrize(
    "wrong",
    [
        position(topic=b""),
        position(topic=bytes(15)),
        position(topic=bytes(1 << 20)),
        position(partition=-1),
        position(leader_epoch=-1),
        position(log_end_offset=-1),
        position(held_offset=-(2**63)),
        position(last_epoch=-2),
        position(credit_bytes=-1),
        position(credit_bytes=HUGE),
    ],
)
def test_positions_that_cannot_be_end_the_stream(replicas, refused, wrong):
    identity = node_identity(replicas, "broker", 1)
    words = replication.ReplicateRequest(positions=[wrong])
    _, reason, _ = refused(lambda: follow(replicas, identity, NEWER, words))
    assert reason == "INVALID_REQUEST"


def test_a_stream_does_not_become_another_brokers(replicas, refused):
    identity = node_identity(replicas, "broker", 1)
    _, reason, _ = refused(lambda: follow(replicas, identity, NEWER, registered(1 << 40, 3)))
    assert reason == "INVALID_REQUEST"


def test_too_many_positions_end_the_stream(replicas, refused):
    identity = node_identity(replicas, "broker", 1)
    words = replication.ReplicateRequest(positions=[position(stop=True)] * 50_001)
    _, reason, _ = refused(lambda: follow(replicas, identity, NEWER, words))
    assert reason == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "noise", [b"\xff" * 100, b"\x1a\xff\xff\xff\xff\x0f", os.urandom(1 << 16), b"\x1a\x02\x0a\x10", bytes(64 << 20)]
)
def test_noise_instead_of_a_message_ends_the_call_and_nothing_else(replicas, noise):
    identity = node_identity(replicas, "broker", 1)
    with replicating.channel(replicas, identity) as channel:
        call = channel.stream_stream("/newswire.internal.v1.Replication/Replicate", None, None)
        with pytest.raises(grpc.RpcError) as caught:
            list(call(iter([NEWER.SerializeToString(), noise]), timeout=20))
    assert caught.value.code() in (
        grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL,
        grpc.StatusCode.PERMISSION_DENIED,
    )  # fmt: skip


def test_partitions_and_offsets_that_are_not_there_are_answered_and_the_stream_goes_on(replicas, name):
    """Also of a follower that has no replica, and one that tells what it cannot hold."""
    topic = create(replicas, name, 1)
    # Whoever asks before the leader has its log is told just that.
    replicas.broker().Produce(
        stubs.broker.ProduceRequest(topic=name, partition=0, records=[stubs.types.Record(value=b"first")]), timeout=20
    )
    identity = node_identity(replicas, "broker", 1)
    with replicating.channel(replicas, identity) as channel:
        follower = Follower(channel)
        asks = {"asks": True, "credit_bytes": 1 << 30}
        follower.add(
            NEWER,
            replication.ReplicateRequest(
                positions=[
                    position(topic=b"\x09" * 16, partition=2**31 - 1, **asks),
                    position(topic=topic, partition=7, **asks),
                    position(topic=topic, held_offset=HUGE, leader_epoch=2**31 - 1, credit_bytes=1 << 30),
                    position(topic=topic, leader_epoch=2**31 - 1, log_end_offset=HUGE, last_epoch=2**31 - 1, **asks),
                ]
            ),
        )
        answers = [next(follower.call) for _ in range(3)]
        told = {(said.topic_id, said.partition): said.reason for said in answers}
        assert told == {
            (b"\x09" * 16, 2**31 - 1): "LEADER_NOT_AVAILABLE",
            (topic, 7): "LEADER_NOT_AVAILABLE",
            (topic, 0): "UNKNOWN_LEADER_EPOCH",
        }
        follower.add(
            replication.ReplicateRequest(positions=[position(topic=topic, stop=True)] * 1000), last=True
        )
        assert list(follower.call) == []


def spoiled(made, at):
    return made[:at] + bytes([made[at] ^ 0x40]) + made[at + 1 :]


# What a leader sends after it has agreed with the follower.
DELIVERIES = {
    "noise": lambda asked: {"batches": b"\xff" * 1000},
    "a lot of noise": lambda asked: {"batches": bytes(20 << 20)},
    "a batch cut short": lambda asked: {"batches": batch(0, asked.leader_epoch)[:-3]},
    "a batch and noise": lambda asked: {"batches": batch(0, asked.leader_epoch) + b"\x00" * 70},
    "a flipped bit": lambda asked: {"batches": spoiled(batch(0, asked.leader_epoch), 70)},
    "a length beyond all": lambda asked: {
        "batches": batch(0, asked.leader_epoch)[:8] + b"\x7f\xff\xff\xff" + batch(0, asked.leader_epoch)[12:]
    },
    "a negative length": lambda asked: {
        "batches": batch(0, asked.leader_epoch)[:8] + b"\xff\xff\xff\xf0" + batch(0, asked.leader_epoch)[12:]
    },
    "another magic": lambda asked: {"batches": batch(0, asked.leader_epoch, magic=1)},
    "another offset": lambda asked: {"batches": batch(5, asked.leader_epoch)},
    "the last offset of all": lambda asked: {"batches": batch(HUGE, asked.leader_epoch), "base_offset": HUGE},
    "a gap": lambda asked: {"batches": batch(5, asked.leader_epoch), "base_offset": 5},
    "a batch of a later epoch": lambda asked: {"batches": batch(0, asked.leader_epoch + 1)},
    "negative numbers": lambda asked: {"batches": b"", "base_offset": -1, "high_watermark": -5},
    "another leader epoch": lambda asked: {"batches": batch(0, 9), "leader_epoch": 9},
    "a topic of no length": lambda asked: {"batches": batch(0, asked.leader_epoch), "topic_id": b""},
    "a partition that nobody has": lambda asked: {"batches": batch(0, asked.leader_epoch), "partition": 2**31 - 1},
    "a watermark beyond all": lambda asked: {"batches": b"", "high_watermark": HUGE, "log_start_offset": HUGE},
}
# What it says to where the follower is.
ANSWERS = {
    "negative numbers": {"high_watermark": -1},
    "a cut before the beginning": {"truncate_to_offset": -1},
    "a cut far behind the end": {"truncate_to_offset": HUGE, "truncate_to_epoch": 2**31 - 1},
    "a reason that is none": {"reason": "\x00" * 1000, "reason_text": "x" * 100_000},
    "a beginning before all": {"begin_at_offset": -1},
    "a beginning at the end of all": {"begin_at_offset": HUGE},
}


def mends(replicas, leader, name, wrong):
    """The follower hears what is wrong at first, then what is right: it holds that in the end."""
    topic = create(replicas, name, FAKE, 1)
    place = (topic, 0)

    def script(asked, count):
        if count < 2:
            return wrong(asked, place)
        if asked.log_end_offset:
            return [answer(asked, place, begin_at_offset=0)]
        return [answer(asked, place), delivery(asked, place, batch(0, asked.leader_epoch), high_watermark=1)]

    leader.scripts[topic] = script
    until("the follower holds the record", lambda: leader.held.get(topic) == 1, 40)
    described = replicas.broker().DescribeLogs(stubs.broker.DescribeLogsRequest(), timeout=10)
    log = next(log for log in described.logs if log.topic_id == topic)
    assert (log.log_start_offset, log.log_end_offset, log.error.reason) == (0, 1, "")


@pytest.mark.parametrize("kind", DELIVERIES)
def test_a_follower_takes_nothing_that_is_wrong_and_asks_again(replicas, leader, name, kind):
    def wrong(asked, place):
        # The end of the call makes the follower ask again, if what it hears does not.
        return [answer(asked, place), delivery(asked, place, **DELIVERIES[kind](asked)), gap(asked, place)]

    def gap(asked, place):
        return delivery(asked, place, b"", base_offset=asked.log_end_offset + 1)

    mends(replicas, leader, name, wrong)


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_follower_believes_no_answer_that_cannot_be(replicas, leader, name, kind):
    mends(replicas, leader, name, lambda asked, place: [answer(asked, place, **ANSWERS[kind])])
