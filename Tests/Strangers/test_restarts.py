"""Nodes that are killed or stopped and come back, as a client sees it: nothing acknowledged is lost, calls go on."""

import os
import signal
import threading
import uuid

import grpc
import pytest

from Harness.cluster import Cluster, until
from Harness.stubs import broker, coordinator, groups, metadata, types
from Interop import protos


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster of its own: its members may be silent for as long as a restart takes, and it has few topics."""
    with Cluster(tmp_path_factory.mktemp("restarts")) as running:
        yield running


def end(cluster, node, how=signal.SIGKILL):
    """Ends a node's process and waits until another one has taken its place."""
    before = cluster.pid(node)
    os.kill(before, how)
    until(f"another process of {node}", lambda: cluster.pid(node) not in (None, before))


def again(call, request):
    """Makes a call until the node is there again: what a client does whose connection has broken."""

    def answer():
        try:
            return call(request, timeout=20, wait_for_ready=True)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE, error
            return None

    return until("an answer", answer)


def produce(cluster, topic, value):
    request = broker.ProduceRequest(topic=topic, partition=0, records=[types.Record(value=value)])
    return again(cluster.broker().Produce, request).partitions[0]


def read(cluster, topic):
    where = broker.ConsumePartition(topic=topic, partition=0)
    request = broker.ConsumeRequest(partitions=[where], until_end=True)
    answers = again(lambda *rest, **options: list(cluster.broker().Consume(*rest, **options)), request)
    return [record.value for answer in answers for record in answer.records]


def beat(cluster, group, topic, member, epoch, owned=()):
    request = groups.HeartbeatRequest(
        group=group,
        member_id=member,
        member_epoch=epoch,
        topics=[topic],
        owned=[types.TopicPartitions(topic=topic, partitions=owned)],
    )
    return again(cluster.groups().Heartbeat, request)


def committed(cluster, group):
    answer = again(cluster.groups().FetchOffsets, groups.FetchOffsetsRequest(group=group))
    return {(o.topic, o.partition): (o.offset, o.metadata) for o in answer.offsets}


@pytest.fixture(autouse=True)
def whole(cluster):
    """Every node is at work again before the next test."""
    yield
    until("the whole cluster at work", cluster.is_serving)


@pytest.fixture
def group(cluster, name):
    """A group of one member that has committed; its topic, member and epoch."""
    cluster.create_topic(name, partitions=3)
    member = str(uuid.uuid4())
    epoch = beat(cluster, name, name, member, 0).member_epoch
    answer = beat(cluster, name, name, member, epoch)
    assert [list(t.partitions) for t in answer.assignment] == [[0, 1, 2]]
    offsets = [groups.OffsetToCommit(topic=name, partition=p, offset=7 + p, metadata=f"at {p}") for p in range(3)]
    request = groups.CommitOffsetsRequest(
        group=name, member_id=member, member_epoch=answer.member_epoch, offsets=offsets
    )
    assert not any(r.HasField("error") for r in cluster.groups().CommitOffsets(request, timeout=20).offsets)
    return name, member, answer.member_epoch


COMMITTED = {p: (7 + p, f"at {p}") for p in range(3)}


@pytest.mark.parametrize("node", ["group-coordinator-1", "broker-1"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_group_is_as_it_was_after_a_restart(cluster, group, node, how):
    """The group coordinator reads its shards anew; the broker has the records that they are made of."""
    name, member, epoch = group
    end(cluster, node, how)
    assert committed(cluster, name) == {(name, p): place for p, place in COMMITTED.items()}
    answer = beat(cluster, name, name, member, epoch, owned=[0, 1, 2])
    assert answer.member_epoch == epoch, "the member goes on as if nothing had been"
    assert [list(t.partitions) for t in answer.assignment] == [[0, 1, 2]]
    request = groups.ListGroupsRequest(prefix=name)
    listed = again(cluster.groups().ListGroups, request).groups
    assert [(g.group, g.state, g.member_count) for g in listed] == [(name, groups.GROUP_STATE_STABLE, 1)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_broker_that_comes_back_has_all_that_it_acknowledged(cluster, topic, how):
    values = [b"%d" % n for n in range(50)]
    for value in values:
        produce(cluster, topic, value)
    where = broker.ConsumePartition(topic=topic, partition=0, end=True)
    live = cluster.broker().Consume(broker.ConsumeRequest(partitions=[where]), timeout=30)
    assert next(live).caught_up
    end(cluster, "broker-1", how)
    with pytest.raises(grpc.RpcError) as caught:
        list(live)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE, "a reader is told to begin again"
    assert read(cluster, topic) == values
    place = produce(cluster, topic, b"after")
    assert place.base_offset == 50 and place.leader_epoch > 0
    assert read(cluster, topic) == [*values, b"after"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_records_flow_while_the_coordinator_is_away_and_its_topics_are_there_again(cluster, topic, name, how):
    request = metadata.DescribeTopicsRequest(topics=[types.TopicReference(topic=topic)])
    before = cluster.metadata().DescribeTopics(request, timeout=20).topics[0]
    flowing, done = [], threading.Event()

    def write():
        while not done.is_set():
            flowing.append(produce(cluster, topic, b"v").base_offset)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        end(cluster, "coordinator-1", how)
        after = again(cluster.metadata().DescribeTopics, request).topics[0]
    finally:
        done.set()
        writer.join(30)
    assert flowing == list(range(len(flowing))) and flowing
    assert (after.topic_id, len(after.partitions)) == (before.topic_id, 1)
    new = coordinator.NewTopic(name=name + "-new")
    made = again(cluster.coordinator().CreateTopics, coordinator.CreateTopicsRequest(topics=[new]))
    assert not made.topics[0].HasField("error")
    assert produce(cluster, new.name, b"v").base_offset == 0


def test_whoever_watches_hears_that_a_node_stops(cluster):
    health = protos.health_grpc.HealthStub(cluster.channel("broker"))
    watch = health.Watch(protos.health.HealthCheckRequest(service="newswire.v1.Broker"), timeout=30)
    assert next(watch).status == protos.health.HealthCheckResponse.SERVING
    topics = cluster.metadata("broker").WatchTopics(metadata.WatchTopicsRequest(), timeout=30)
    while not next(topics).complete:
        pass
    end(cluster, "broker-1", signal.SIGTERM)
    assert next(watch).status == protos.health.HealthCheckResponse.NOT_SERVING
    with pytest.raises(grpc.RpcError) as caught:
        list(topics)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE

    request = protos.health.HealthCheckRequest(service="newswire.v1.Broker")
    until("the broker to serve again", lambda: again(health.Check, request).status == 1)
