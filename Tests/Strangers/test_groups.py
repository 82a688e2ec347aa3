"""Consumer groups from Python: members share partitions, and what was committed is remembered."""

import time
import uuid

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from Harness import stubs
from Harness.cluster import until
from Harness.stubs import broker, groups, types


class Member:
    """A group member as the .proto describes it: heartbeats that say what is owned, and give up what is gone."""

    def __init__(self, cluster, group, topic):
        self.calls = cluster.groups()
        self.group, self.topic = group, topic
        self.id = str(uuid.uuid4())
        self.epoch = 0
        self.owned = []

    def beat(self, epoch=None, wait=0.0):
        owned = [types.TopicPartitions(topic=self.topic, partitions=self.owned)] if self.owned else []
        request = groups.HeartbeatRequest(
            group=self.group,
            member_id=self.id,
            member_epoch=self.epoch if epoch is None else epoch,
            topics=[self.topic],
            owned=owned,
            wait=Duration(nanos=int(wait * 1e9)),
        )
        answer = self.calls.Heartbeat(request, timeout=20)
        self.epoch = answer.member_epoch
        self.owned = sorted(p for t in answer.assignment for p in t.partitions)
        return answer

    def leave(self):
        self.owned = []
        self.beat(epoch=-1)


def settle(members, partitions):
    """Heartbeats of all members until they share all partitions."""

    def shared():
        for member in members:
            member.beat()
        return sorted(p for m in members for p in m.owned) == list(range(partitions))

    until("a complete assignment", shared)


@pytest.fixture
def topic(cluster, name):
    cluster.create_topic(name, partitions=6)
    return name


def test_members_share_the_partitions_come_and_go(cluster, topic, name):
    first, second = Member(cluster, name, topic), Member(cluster, name, topic)
    settle([first], 6)
    assert len(first.owned) == 6
    settle([first, second], 6)
    assert sorted([len(first.owned), len(second.owned)]) == [3, 3]
    kept = set(second.owned)
    first.leave()
    settle([second], 6)
    assert kept < set(second.owned)


def test_at_no_moment_two_members_own_a_partition(cluster, topic, name):
    members = []
    for _ in range(4):
        members.append(Member(cluster, name, topic))
        for _ in range(10):
            for member in members:
                member.beat()
                owned = [p for m in members for p in m.owned]
                assert len(owned) == len(set(owned))
    assert sorted(len(m.owned) for m in members) == [1, 1, 2, 2]


def test_a_heartbeat_that_waits_is_answered_when_something_changes(cluster, topic, name):
    first = Member(cluster, name, topic)
    settle([first], 6)
    started = time.monotonic()
    request = groups.HeartbeatRequest(
        group=name,
        member_id=first.id,
        member_epoch=first.epoch,
        owned=[types.TopicPartitions(topic=topic, partitions=first.owned)],
        wait=Duration(seconds=4),
    )
    held = first.calls.Heartbeat.future(request, timeout=20)
    Member(cluster, name, topic).beat()
    answer = held.result()
    assert time.monotonic() - started < 3
    assert len(answer.assignment[0].partitions) == 3


def test_what_was_committed_is_remembered_with_its_metadata(cluster, topic, name):
    member = Member(cluster, name, topic)
    settle([member], 6)
    offsets = [groups.OffsetToCommit(topic=topic, partition=p, offset=10 + p, metadata=f"at {p}") for p in range(6)]
    request = groups.CommitOffsetsRequest(
        group=name, member_id=member.id, member_epoch=member.epoch, offsets=offsets
    )
    answer = member.calls.CommitOffsets(request, timeout=20)
    assert not any(result.HasField("error") for result in answer.offsets)
    got = member.calls.FetchOffsets(groups.FetchOffsetsRequest(group=name), timeout=10).offsets
    assert [(o.partition, o.offset, o.metadata) for o in got] == [(p, 10 + p, f"at {p}") for p in range(6)]


def test_a_member_that_was_replaced_commits_nothing(cluster, topic, name, refused):
    member = Member(cluster, name, topic)
    settle([member], 6)
    request = groups.CommitOffsetsRequest(
        group=name,
        member_id=member.id,
        member_epoch=member.epoch - 1,
        offsets=[groups.OffsetToCommit(topic=topic, partition=0, offset=5)],
    )
    _, reason, _ = refused(lambda: member.calls.CommitOffsets(request, timeout=10))
    assert reason == "FENCED_MEMBER_EPOCH"
    request.member_id = "nobody"
    _, reason, _ = refused(lambda: member.calls.CommitOffsets(request, timeout=10))
    assert reason == "UNKNOWN_MEMBER_ID"


def test_a_stranger_to_the_group_is_told_to_join(cluster, topic, name, refused):
    settle([Member(cluster, name, topic)], 6)
    late = Member(cluster, name, topic)
    code, reason, _ = refused(lambda: late.beat(epoch=7))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_MEMBER_ID")


def test_lag_is_told_in_records_and_offsets_can_be_reset(cluster, topic, name, refused):
    records = [types.Record(value=b"%d" % n) for n in range(10)]
    cluster.broker().Produce(broker.ProduceRequest(topic=topic, partition=0, records=records), timeout=10)
    member = Member(cluster, name, topic)
    settle([member], 6)
    member.calls.CommitOffsets(
        groups.CommitOffsetsRequest(
            group=name,
            member_id=member.id,
            member_epoch=member.epoch,
            offsets=[groups.OffsetToCommit(topic=topic, partition=0, offset=4)],
        ),
        timeout=10,
    )
    request = groups.DescribeGroupsRequest(groups=[name], include_lag=True)
    described = member.calls.DescribeGroups(request, timeout=10).groups[0]
    assert described.state == groups.GROUP_STATE_STABLE and len(described.members) == 1
    assert next(p.lag_records for p in described.offsets if p.partition == 0) == 6
    reset = groups.ResetOffsetsRequest(
        group=name, topics=[types.TopicPartitions(topic=topic, partitions=[0])], earliest=True
    )
    _, reason, _ = refused(lambda: member.calls.ResetOffsets(reset, timeout=10))
    assert reason == "GROUP_NOT_EMPTY"
    member.leave()
    answer = member.calls.ResetOffsets(reset, timeout=10).offsets[0]
    assert (answer.old_offset, answer.new_offset) == (4, 0)


def test_a_group_that_does_not_exist_is_unknown(cluster, name):
    answer = cluster.groups().DescribeGroups(groups.DescribeGroupsRequest(groups=[name]), timeout=10).groups[0]
    assert answer.error.reason == "UNKNOWN_GROUP"
    assert stubs.groups.GROUP_STATE_UNSPECIFIED == answer.state
