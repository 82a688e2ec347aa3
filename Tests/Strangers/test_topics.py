"""Topics from Python: created, described, altered, listed by pages, deleted; each change safe to repeat."""

import uuid

import grpc
import pytest

from Harness.stubs import broker, coordinator, metadata, types


def create(cluster, *topics, **rest):
    request = coordinator.CreateTopicsRequest(topics=topics, **rest)
    return cluster.coordinator().CreateTopics(request, timeout=10).topics


def describe(cluster, role="coordinator", **reference):
    request = metadata.DescribeTopicsRequest(topics=[types.TopicReference(**reference)])
    return cluster.metadata(role).DescribeTopics(request, timeout=10).topics[0]


def alter(cluster, **change):
    rest = {key: change.pop(key) for key in ("validate_only", "request_id") if key in change}
    request = coordinator.AlterTopicsRequest(topics=[coordinator.TopicAlteration(**change)], **rest)
    return cluster.coordinator().AlterTopics(request, timeout=10).topics[0]


def delete(cluster, *topics, **rest):
    references = [types.TopicReference(**topic) for topic in topics]
    request = coordinator.DeleteTopicsRequest(topics=references, **rest)
    return cluster.coordinator().DeleteTopics(request, timeout=10).topics


def configs(cluster, topic):
    request = coordinator.DescribeConfigsRequest(topics=[types.TopicReference(topic=topic)])
    answer = cluster.coordinator().DescribeConfigs(request, timeout=10).topics[0]
    assert (answer.topic, answer.HasField("error")) == (topic, False)
    return {entry.name: entry for entry in answer.configs}


def test_a_topic_is_created_described_and_deleted(cluster, name):
    made = create(cluster, coordinator.NewTopic(name=name, partitions=3, configs={"retention.ms": "3600000"}))[0]
    assert len(made.topic_id) == 16 and (made.partitions, made.replication_factor) == (3, 1)
    for role in ("coordinator", "broker", "group-coordinator"):
        described = describe(cluster, role, topic=name)
        assert described == describe(cluster, role, topic_id=made.topic_id)
        assert (described.topic, described.topic_id, described.internal) == (name, made.topic_id, False)
        assert (described.replication_factor, dict(described.configs)) == (1, {"retention.ms": "3600000"})
        assert [p.partition for p in described.partitions] == [0, 1, 2]
        for partition in described.partitions:
            assert partition.leader_id == 1 and partition.HasField("leader_id")
            assert list(partition.replicas) == list(partition.in_sync_replicas) == [1]
            assert not (partition.eligible_leaders or partition.offline_replicas or partition.target_replicas)
    gone = delete(cluster, {"topic": name})[0]
    assert (gone.topic, gone.topic_id, gone.HasField("error")) == (name, made.topic_id, False)
    assert describe(cluster, "broker", topic=name).error.reason == "UNKNOWN_TOPIC"


def test_a_new_topic_can_be_written_to_when_the_call_returns(cluster, name):
    for n in range(20):
        made = create(cluster, coordinator.NewTopic(name=f"{name}-{n}"))[0]
        assert made.partitions == 1, "the cluster's default"
        record = types.Record(value=b"at once")
        cluster.broker().Produce(broker.ProduceRequest(topic=made.topic, records=[record]), timeout=10)


def test_a_topic_that_comes_again_under_its_name_is_another_one(cluster, name, refused):
    first = create(cluster, coordinator.NewTopic(name=name))[0]
    cluster.broker().Produce(broker.ProduceRequest(topic=name, records=[types.Record(value=b"old")]), timeout=10)
    delete(cluster, {"topic_id": first.topic_id})
    second = create(cluster, coordinator.NewTopic(name=name))[0]
    assert second.topic_id != first.topic_id
    request = broker.ConsumeRequest(partitions=[broker.ConsumePartition(topic=name)], until_end=True)
    assert not [r for answer in cluster.broker().Consume(request, timeout=10) for r in answer.records]
    request.partitions[0].topic_id = first.topic_id
    code, reason, _ = refused(lambda: list(cluster.broker().Consume(request, timeout=10)))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_TOPIC")
    assert delete(cluster, {"topic": name, "topic_id": first.topic_id})[0].error.reason == "UNKNOWN_TOPIC"
    assert describe(cluster, topic=name, topic_id=first.topic_id).error.reason == "UNKNOWN_TOPIC"


def test_partitions_are_added_and_never_removed(cluster, name):
    create(cluster, coordinator.NewTopic(name=name, partitions=2))
    assert alter(cluster, topic=name, partitions=5, validate_only=True).partitions == 2
    assert alter(cluster, topic=name, partitions=5).partitions == 5
    record = types.Record(value=b"v")
    for partition in range(5):
        request = broker.ProduceRequest(topic=name, partition=partition, records=[record])
        assert cluster.broker().Produce(request, timeout=10).partitions[0].base_offset == 0
    fewer = alter(cluster, topic=name, partitions=3)
    assert (fewer.error.reason, fewer.error.code) == ("INVALID_PARTITION_COUNT", 3)
    assert alter(cluster, topic=name, partitions=-1).error.reason == "INVALID_PARTITION_COUNT"


def test_configuration_is_set_explained_and_reset(cluster, name):
    create(cluster, coordinator.NewTopic(name=name, configs={"retention.ms": "1000000"}))
    alter(cluster, topic=name, set_configs={"cleanup.policy": "compact", "retention.bytes": "5000000"})
    entries = configs(cluster, name)
    assert list(entries) == sorted(entries) and len(entries) >= 10
    changed = {n: e.value for n, e in entries.items() if e.source == coordinator.CONFIG_SOURCE_TOPIC}
    assert changed == {"retention.ms": "1000000", "cleanup.policy": "compact", "retention.bytes": "5000000"}
    for entry in entries.values():
        assert entry.source in (coordinator.CONFIG_SOURCE_TOPIC, coordinator.CONFIG_SOURCE_DEFAULT)
        assert entry.type and entry.meaning and (entry.value == entry.default_value or entry.name in changed)
    alter(cluster, topic=name, reset_configs=["retention.ms"])
    assert configs(cluster, name)["retention.ms"].source == coordinator.CONFIG_SOURCE_DEFAULT
    both = alter(cluster, topic=name, set_configs={"retention.ms": "1"}, reset_configs=["no.such.key"])
    assert both.error.reason == "INVALID_CONFIGURATION"
    assert configs(cluster, name)["retention.ms"].source == coordinator.CONFIG_SOURCE_DEFAULT, "all or nothing"


def test_the_defaults_of_new_topics_are_described(cluster, refused):
    calls = cluster.coordinator()
    keys = ["retention.ms", "max.message.bytes"]
    answer = calls.DescribeConfigs(coordinator.DescribeConfigsRequest(keys=keys), timeout=10).topics
    assert [(t.topic, t.topic_id) for t in answer] == [("", b"")]
    told = [(entry.name, entry.value) for entry in answer[0].configs]
    assert told == [("max.message.bytes", "1048588"), ("retention.ms", "604800000")]
    request = coordinator.DescribeConfigsRequest(keys=["no.such.key"])
    _, reason, _ = refused(lambda: calls.DescribeConfigs(request, timeout=10))
    assert reason == "INVALID_CONFIGURATION"


def test_all_topics_are_listed_by_pages_without_the_clusters_own(cluster, name):
    create(cluster, *[coordinator.NewTopic(name=f"{name}-{n}") for n in range(7)])

    def listed(**rest):
        request = metadata.DescribeTopicsRequest(page_size=3, **rest)
        found = []
        while True:
            page = cluster.metadata().DescribeTopics(request, timeout=10)
            found += page.topics
            assert len(page.topics) <= 3
            if not page.next_page_token:
                return [topic.topic for topic in found]
            request.page_token = page.next_page_token

    users = listed()
    assert users == sorted(set(users)) and {f"{name}-{n}" for n in range(7)} <= set(users)
    assert sorted(set(listed(include_internal=True)) - set(users)) == ["__consumer_offsets"]


def test_a_page_that_cannot_be_is_refused(cluster, refused):
    for wrong in ({"page_size": -1}, {"page_size": 501}, {"page_token": "no such token"}):
        request = metadata.DescribeTopicsRequest(**wrong)
        code, reason, _ = refused(lambda r=request: cluster.metadata().DescribeTopics(r, timeout=10))
        assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")


def test_validating_changes_nothing(cluster, name):
    checked = create(cluster, coordinator.NewTopic(name=name, partitions=4), validate_only=True)[0]
    assert (checked.topic, checked.partitions, checked.topic_id) == (name, 4, b"")
    assert describe(cluster, topic=name).error.reason == "UNKNOWN_TOPIC"
    create(cluster, coordinator.NewTopic(name=name))
    assert not delete(cluster, {"topic": name}, validate_only=True)[0].HasField("error")
    assert describe(cluster, topic=name).topic == name


def test_a_change_that_is_repeated_under_its_id_is_made_once(cluster, name):
    once = {"request_id": str(uuid.uuid4())}
    new = coordinator.NewTopic(name=name, partitions=2)
    first = create(cluster, new, **once)[0]
    assert create(cluster, new, **once)[0] == first
    assert create(cluster, new)[0].error.reason == "TOPIC_ALREADY_EXISTS"
    once = {"request_id": str(uuid.uuid4())}
    assert not delete(cluster, {"topic": name}, **once)[0].HasField("error")
    assert not delete(cluster, {"topic": name}, **once)[0].HasField("error")
    assert delete(cluster, {"topic": name})[0].error.reason == "UNKNOWN_TOPIC"


def test_each_topic_of_a_call_is_made_or_refused_by_itself(cluster, topic, name):
    wanted = [
        coordinator.NewTopic(name=name + "-good"),
        coordinator.NewTopic(name=topic),
        coordinator.NewTopic(name="not allowed"),
        coordinator.NewTopic(name=name + "-hole", assignments=[{"partition": 1, "replicas": [1]}]),
        coordinator.NewTopic(name=name + "-away", assignments=[{"replicas": [99]}]),
        coordinator.NewTopic(name=name + "-placed", assignments=[{"replicas": [1]}]),
    ]
    made = create(cluster, *wanted)
    assert [t.topic for t in made] == [t.name for t in wanted]
    assert [t.error.reason for t in made] == [
        "", "TOPIC_ALREADY_EXISTS", "INVALID_TOPIC_NAME", "INVALID_REQUEST", "UNKNOWN_BROKER", "",
    ]  # fmt: skip
    assert not any(t.error.retriable for t in made)


@pytest.mark.parametrize("partitions", [-1, 10_001])
def test_the_number_of_partitions_has_its_bounds(cluster, name, partitions):
    error = create(cluster, coordinator.NewTopic(name=name, partitions=partitions))[0].error
    assert (error.reason, error.code) == ("INVALID_PARTITION_COUNT", 3)
    assert dict(error.metadata)["partition_count_max"] == "10000"


def test_the_clusters_own_topics_are_not_for_users(cluster, refused, name):
    own = "__consumer_offsets"
    assert create(cluster, coordinator.NewTopic(name="__mine"))[0].error.reason == "INVALID_TOPIC_NAME"
    assert delete(cluster, {"topic": own})[0].error.reason == "PERMISSION_DENIED"
    assert alter(cluster, topic=own, partitions=60).error.reason == "PERMISSION_DENIED"
    request = broker.ProduceRequest(topic=own, partition=0, records=[types.Record(value=b"forged")])
    code, reason, _ = refused(lambda: cluster.broker().Produce(request, timeout=10))
    assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    described = describe(cluster, topic=own)
    assert described.internal and len(described.partitions) == 50


def test_a_call_without_topics_or_with_too_many_is_refused(cluster, refused):
    calls = cluster.coordinator()
    for count in (0, 1001):
        new = coordinator.CreateTopicsRequest(topics=[coordinator.NewTopic()] * count)
        old = coordinator.DeleteTopicsRequest(topics=[types.TopicReference()] * count)
        for call in (lambda n=new: calls.CreateTopics(n, timeout=10), lambda o=old: calls.DeleteTopics(o, timeout=10)):
            code, reason, _ = refused(call)
            assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")


def test_leaders_are_elected_where_that_can_be(cluster, name, refused):
    cluster.create_topic(name, partitions=2)
    places = [types.PartitionReference(topic=name, partition=p) for p in (0, 1, 2)]
    places.append(types.PartitionReference(topic="no-such-topic"))
    request = coordinator.ElectLeadersRequest(partitions=places)
    answer = cluster.coordinator().ElectLeaders(request, timeout=10).partitions
    assert [p.error.reason for p in answer] == ["", "", "PARTITION_OUT_OF_RANGE", "UNKNOWN_TOPIC"]
    assert [p.leader_id for p in answer] == [1, 1, 0, 0]
    request.kind = coordinator.ELECTION_KIND_UNCLEAN
    answer = cluster.coordinator().ElectLeaders(request, timeout=10).partitions
    assert [p.error.reason for p in answer] == ["", "", "PARTITION_OUT_OF_RANGE", "UNKNOWN_TOPIC"]
    assert [p.leader_id for p in answer] == [1, 1, 0, 0], "who has a leader keeps it"
    everything = coordinator.ElectLeadersRequest(kind=coordinator.ELECTION_KIND_UNCLEAN)
    code, reason, _ = refused(lambda: cluster.coordinator().ElectLeaders(everything, timeout=10))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"), "what may be lost has to be named"


def test_brokers_are_drained_and_only_removed_when_they_are_gone(cluster, topic, refused):
    calls = cluster.coordinator()
    load = calls.DrainBroker(coordinator.DrainBrokerRequest(broker_id=1, validate_only=True), timeout=10)
    assert load.replicas_left >= 51 and load.leaders_left >= 51
    _, reason, _ = refused(lambda: calls.RemoveBroker(coordinator.RemoveBrokerRequest(broker_id=1), timeout=10))
    assert reason == "BROKER_IN_USE"
    for call in (
        lambda: calls.RemoveBroker(coordinator.RemoveBrokerRequest(broker_id=99), timeout=10),
        lambda: calls.DrainBroker(coordinator.DrainBrokerRequest(broker_id=99), timeout=10),
    ):
        code, reason, _ = refused(call)
        assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_BROKER")


def test_the_cluster_is_described_alike_by_every_node(cluster):
    answers = []
    for role in ("coordinator", "broker", "group-coordinator"):
        answers.append(cluster.metadata(role).DescribeCluster(metadata.DescribeClusterRequest(), timeout=10))
    first = answers[0]
    assert len(first.cluster_id) == 36 and first.active_coordinator_id == 1 and first.metadata_offset > 50
    assert [(node.role, node.id) for node in first.nodes] == [(1, 1), (2, 1), (3, 1)]
    for node, role in zip(first.nodes, ("coordinator", "broker", "group-coordinator"), strict=True):
        assert (node.host, node.port) == ("localhost", cluster.port(role))
        assert node.state == metadata.NODE_STATE_ACTIVE and node.version
    for answer in answers:
        assert (answer.cluster_id, list(answer.nodes)) == (first.cluster_id, list(first.nodes))


def test_a_watcher_hears_of_each_change_as_it_happens(cluster, name):
    call = cluster.metadata("broker").WatchTopics(metadata.WatchTopicsRequest(), timeout=20)
    first = next(call)
    assert len(first.cluster_id) == 36 and len(first.nodes) == 3
    while not first.complete:
        first = next(call)
    made = cluster.create_topic(name, partitions=2)
    heard = next(t for answer in call for t in answer.topics if t.topic == name)
    assert len(heard.partitions) == 2
    alter(cluster, topic=name, partitions=3)
    assert next(len(t.partitions) for answer in call for t in answer.topics if t.topic == name) == 3
    delete(cluster, {"topic": name})
    gone = next(t for answer in call for t in answer.deleted_topics)
    assert gone.topic_id == made.topic_id
    call.cancel()


def test_a_topic_may_be_watched_before_it_exists(cluster, name):
    request = metadata.WatchTopicsRequest(topics=[types.TopicReference(topic=name)])
    call = cluster.metadata("broker").WatchTopics(request, timeout=20)
    first = next(call)
    assert first.complete and [t.error.reason for t in first.topics] == ["UNKNOWN_TOPIC"]
    made = cluster.create_topic(name)
    assert next(t.topic_id for answer in call for t in answer.topics) == made.topic_id
    call.cancel()
