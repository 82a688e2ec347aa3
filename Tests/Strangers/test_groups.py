"""Consumer groups from Python: members share partitions, and what was committed is remembered."""

import subprocess
import sys
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

    def __init__(self, cluster, group, topic, instance=""):
        self.calls = cluster.groups()
        self.group, self.topic, self.instance = group, topic, instance
        self.id = str(uuid.uuid4())
        self.epoch = 0
        self.owned = []

    def beat(self, epoch=None, wait=0.0):
        owned = [types.TopicPartitions(topic=self.topic, partitions=self.owned)] if self.owned else []
        request = groups.HeartbeatRequest(
            group=self.group,
            member_id=self.id,
            instance_id=self.instance,
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
    """Heartbeats of all members until they share all partitions, as equally as can be."""

    def shared():
        for member in members:
            member.beat()
        counts = [len(m.owned) for m in members]
        whole = sorted(p for m in members for p in m.owned) == list(range(partitions))
        return whole and max(counts) - min(counts) <= 1

    until("a complete assignment", shared)


def commit(member, topic, offsets, **rest):
    """Commits the offsets of partitions, as the member if there is one."""
    request = groups.CommitOffsetsRequest(
        offsets=[groups.OffsetToCommit(topic=topic, partition=p, offset=o) for p, o in offsets.items()], **rest
    )
    if isinstance(member, Member):
        request.group, request.member_id, request.member_epoch = member.group, member.id, member.epoch
    return member.calls.CommitOffsets(request, timeout=20).offsets


def describe(cluster, group, **rest):
    request = groups.DescribeGroupsRequest(groups=[group], **rest)
    return cluster.groups().DescribeGroups(request, timeout=10).groups[0]


def committed(cluster, group, **rest):
    request = groups.FetchOffsetsRequest(group=group, **rest)
    offsets = cluster.groups().FetchOffsets(request, timeout=10).offsets
    return {o.partition: o.offset for o in offsets if o.HasField("offset")}


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
    now = member.epoch
    member.epoch = now + 1
    code, reason, _ = refused(lambda: commit(member, topic, {0: 5}))
    assert (code, reason) in (
        (grpc.StatusCode.ABORTED, "FENCED_MEMBER_EPOCH"),
        (grpc.StatusCode.ABORTED, "STALE_MEMBER_EPOCH"),
    )
    member.id, member.epoch = "nobody", now
    code, reason, _ = refused(lambda: commit(member, topic, {0: 5}))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_MEMBER_ID")
    assert committed(cluster, name) == {}


def test_a_partition_that_went_to_another_member_is_no_longer_committed(cluster, topic, name):
    first, second = Member(cluster, name, topic), Member(cluster, name, topic)
    settle([first], 6)
    settle([first, second], 6)
    lost = second.owned[0]
    results = commit(first, topic, {lost: 5, first.owned[0]: 7})
    assert [r.error.reason for r in results] == ["STALE_MEMBER_EPOCH", ""]
    assert committed(cluster, name) == {first.owned[0]: 7}


def test_a_member_that_is_killed_loses_its_partitions_to_the_others(cluster, topic, name, session_seconds):
    """A process of its own joins, is killed without a word, and is given up after the session timeout."""
    first = Member(cluster, name, topic)
    settle([first], 6)
    code = f"""
import sys
sys.path.insert(0, {str(stubs.ROOT / 'Tests')!r})
import grpc, time
from Harness.stubs import groups, groups_grpc
read = lambda path: open(path, "rb").read()
tls = grpc.ssl_channel_credentials(*map(read, sys.argv[1:4]))
calls = groups_grpc.GroupCoordinatorStub(grpc.secure_channel("localhost:{cluster.port('group-coordinator')}", tls))
epoch, owned = 0, []
while True:
    request = groups.HeartbeatRequest(group={name!r}, member_id="to-be-killed", member_epoch=epoch, topics=[{topic!r}])
    request.owned.extend(owned)
    answer = calls.Heartbeat(request, timeout=10)
    epoch, owned = answer.member_epoch, answer.assignment
    time.sleep(0.05)
"""
    files = [cluster.settings[name] for name in ("NEWSWIRE_CA", "NEWSWIRE_KEY", "NEWSWIRE_CERT")]
    victim = subprocess.Popen([sys.executable, "-c", code, *files], stderr=subprocess.DEVNULL)

    def shared():
        assert victim.poll() is None
        first.beat()
        return len(first.owned) == 3 and describe(cluster, name).state == groups.GROUP_STATE_STABLE

    try:
        until("a fair share for both", shared)
        described = describe(cluster, name)
        assert "to-be-killed" in [m.member_id for m in described.members]
    finally:
        victim.kill()
        victim.wait()
    killed = time.monotonic()

    def all_mine():
        first.beat()
        time.sleep(0.05)
        return len(first.owned) == 6

    until("the partitions of the killed member", all_mine)
    assert session_seconds - 1 < time.monotonic() - killed < session_seconds + 5
    assert [m.member_id for m in describe(cluster, name).members] == [first.id]


def test_a_static_member_gets_its_partitions_back(cluster, topic, name, refused):
    first, second = Member(cluster, name, topic), Member(cluster, name, topic, instance="a")
    settle([first], 6)
    settle([first, second], 6)
    mine = second.owned
    _, reason, _ = refused(lambda: Member(cluster, name, topic, instance="a").beat())
    assert reason == "UNRELEASED_INSTANCE_ID"
    assert second.beat(epoch=-2).member_epoch == -2
    first.beat()
    assert len(first.owned) == 3, "nothing moves while a static member is away"
    again = Member(cluster, name, topic, instance="a")
    settle([first, again], 6)
    assert again.owned == mine
    code, reason, _ = refused(second.beat)
    assert reason in ("FENCED_INSTANCE_ID", "UNKNOWN_MEMBER_ID")


def test_the_answer_to_a_heartbeat_says_when_the_next_is_due(cluster, topic, name, session_seconds):
    answer = Member(cluster, name, topic).beat()
    assert answer.heartbeat_interval.ToMilliseconds() == 1000
    assert answer.session_timeout.ToMilliseconds() == session_seconds * 1000
    assert answer.member_epoch > 0 and answer.group_epoch > 0


@pytest.mark.parametrize(
    ("wrong", "expected", "field"),
    [
        pytest.param({"group": ""}, "INVALID_REQUEST", "group", id="no group"),
        pytest.param({"group": "g" * 256}, "INVALID_REQUEST", "group", id="a group of 256 bytes"),
        pytest.param({"member_id": ""}, "INVALID_REQUEST", "member_id", id="no member"),
        pytest.param({"member_id": "m" * 65}, "INVALID_REQUEST", "member_id", id="a member of 65 bytes"),
        pytest.param({"topics": []}, "INVALID_REQUEST", "topics", id="no topics at joining"),
        pytest.param({"topics": ["not allowed"]}, "INVALID_TOPIC_NAME", "topics", id="a topic that cannot be"),
        pytest.param({"member_epoch": -3}, "INVALID_REQUEST", "member_epoch", id="an epoch that cannot be"),
        pytest.param({"assignor": "none"}, "UNSUPPORTED", "assignor", id="an unknown assignor"),
        pytest.param({"client_id": "c" * 256}, "INVALID_REQUEST", "client_id", id="a client id of 256 bytes"),
        pytest.param({"instance_id": "i" * 256}, "INVALID_REQUEST", "instance_id", id="an instance id of 256 bytes"),
    ],
)
def test_a_heartbeat_that_cannot_be_is_refused_with_its_field(cluster, topic, name, wrong, expected, field):
    request = groups.HeartbeatRequest(**{"group": name, "member_id": "m", "topics": [topic], **wrong})
    with pytest.raises(grpc.RpcError) as caught:
        cluster.groups().Heartbeat(request, timeout=10)
    assert stubs.reason(caught.value) == expected
    assert stubs.wrong_fields(caught.value) == [field]


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
    behind = next(p for p in described.offsets if p.partition == 0)
    assert (behind.committed_offset, behind.log_end_offset, behind.lag_records) == (4, 10, 6)
    assert 0 <= behind.lag_time.ToMilliseconds() < 60_000
    assert [p.lag_records for p in described.offsets if p.partition > 0] == [0] * 5, "assigned, never committed"
    reset = groups.ResetOffsetsRequest(
        group=name, topics=[types.TopicPartitions(topic=topic, partitions=[0])], earliest=True
    )
    _, reason, _ = refused(lambda: member.calls.ResetOffsets(reset, timeout=10))
    assert reason == "GROUP_NOT_EMPTY"
    member.leave()
    answer = member.calls.ResetOffsets(reset, timeout=10).offsets[0]
    assert (answer.old_offset, answer.new_offset) == (4, 0)


def test_a_group_that_does_not_exist_is_unknown(cluster, name):
    answer = describe(cluster, name)
    assert (answer.group, answer.error.reason, answer.error.code) == (name, "UNKNOWN_GROUP", 5)
    assert answer.state == groups.GROUP_STATE_UNSPECIFIED
    assert committed(cluster, name) == {}


def test_a_group_is_described_with_its_members_and_what_they_have(cluster, topic, name):
    member = Member(cluster, name, topic)
    settle([member], 6)
    commit(member, topic, {p: 0 for p in range(6)})
    described = describe(cluster, name)
    assert (described.group, described.state) == (name, groups.GROUP_STATE_STABLE)
    assert described.assignor == "uniform" and described.group_coordinator_id == 1 and 0 <= described.shard < 50
    told = described.members[0]
    assert (told.member_id, told.member_epoch, list(told.topics)) == (member.id, member.epoch, [topic])
    assert told.client_address.startswith(("127.0.0.1", "::1", "[::1]"))
    assert [(t.topic, list(t.partitions)) for t in told.assignment] == [(topic, list(range(6)))]
    assert [t.partitions for t in told.target_assignment] == [t.partitions for t in told.assignment]
    assert [(o.partition, o.member_id, o.committed_offset) for o in described.offsets] == [
        (p, member.id, 0) for p in range(6)
    ]
    assert all(o.commit_timestamp_ms > 1_700_000_000_000 for o in described.offsets)


def test_groups_are_listed_by_pages_by_state_and_by_prefix(cluster, topic, name):
    for n in range(5):
        settle([Member(cluster, f"{name}/{n}", topic)], 6)
    gone = Member(cluster, f"{name}/5", topic)
    settle([gone], 6)
    commit(gone, topic, {0: 1})
    gone.leave()

    def listed(**rest):
        request = groups.ListGroupsRequest(prefix=name, page_size=2, **rest)
        found = []
        while True:
            page = cluster.groups().ListGroups(request, timeout=10)
            found += page.groups
            assert len(page.groups) <= 2
            if not page.next_page_token:
                return [(g.group, g.state, g.member_count) for g in found]
            request.page_token = page.next_page_token

    stable, empty = groups.GROUP_STATE_STABLE, groups.GROUP_STATE_EMPTY
    assert listed() == [(f"{name}/{n}", stable, 1) for n in range(5)] + [(f"{name}/5", empty, 0)]
    assert [group for group, _, _ in listed(states=[empty])] == [f"{name}/5"]


def test_offsets_are_committed_without_members_and_reset_in_every_way(cluster, topic, name):
    at = 1_700_000_000_000
    for n in range(10):
        record = types.Record(value=b"%d" % n, timestamp_ms=at + 1000 * n)
        cluster.broker().Produce(broker.ProduceRequest(topic=topic, partition=0, records=[record]), timeout=10)
    calls = cluster.groups()
    offsets = [groups.OffsetToCommit(topic=topic, partition=0, offset=4)]
    answer = calls.CommitOffsets(groups.CommitOffsetsRequest(group=name, offsets=offsets), timeout=10)
    assert not answer.offsets[0].HasField("error")

    def reset(validate_only=False, **to):
        request = groups.ResetOffsetsRequest(group=name, validate_only=validate_only, **to)
        changed = calls.ResetOffsets(request, timeout=10).offsets[0]
        return changed.old_offset, changed.new_offset

    assert reset(latest=True, validate_only=True) == (4, 10)
    assert reset(latest=True) == (4, 10)
    assert reset(earliest=True) == (10, 0)
    assert reset(timestamp_ms=at + 2500) == (0, 3)
    assert reset(shift=4) == (3, 7)
    assert reset(shift=-100) == (7, 0)
    assert reset(offset=6) == (0, 6)
    assert reset(offset=1000) == (6, 10)
    assert reset(timestamp_ms=at + 99_999) == (10, 10)
    assert committed(cluster, name) == {0: 10}


def test_groups_and_offsets_are_deleted_when_nobody_uses_them(cluster, topic, name):
    member = Member(cluster, name, topic)
    settle([member], 6)
    commit(member, topic, {p: p for p in range(6)})
    calls = cluster.groups()
    one = groups.DeleteOffsetsRequest(group=name, topics=[types.TopicPartitions(topic=topic, partitions=[3])])
    assert [r.error.reason for r in calls.DeleteOffsets(one, timeout=10).offsets] == ["GROUP_NOT_EMPTY"]
    whole = groups.DeleteGroupsRequest(groups=[name, name + "-unknown"])
    answer = calls.DeleteGroups(whole, timeout=10).groups
    assert [g.error.reason for g in answer] == ["GROUP_NOT_EMPTY", "UNKNOWN_GROUP"]
    member.leave()
    assert [r.error.reason for r in calls.DeleteOffsets(one, timeout=10).offsets] == [""]
    assert committed(cluster, name) == {p: p for p in range(6) if p != 3}
    whole.validate_only = True
    assert not calls.DeleteGroups(whole, timeout=10).groups[0].HasField("error")
    assert describe(cluster, name).state == groups.GROUP_STATE_EMPTY
    whole.validate_only = False
    assert not calls.DeleteGroups(whole, timeout=10).groups[0].HasField("error")
    assert describe(cluster, name).error.reason == "UNKNOWN_GROUP"


def test_offsets_that_cannot_be_are_refused_one_by_one(cluster, topic, name):
    wanted = [(topic, 0, 1), (topic, 6, 1), ("no-such-topic", 0, 1), (topic, 1, -1), (topic, -1, 0)]
    offsets = [groups.OffsetToCommit(topic=t, partition=p, offset=o) for t, p, o in wanted]
    offsets.append(groups.OffsetToCommit(topic=topic, partition=2, offset=1, metadata="x" * 4097))
    answer = cluster.groups().CommitOffsets(groups.CommitOffsetsRequest(group=name, offsets=offsets), timeout=10)
    assert [r.error.reason for r in answer.offsets] == [
        "", "PARTITION_OUT_OF_RANGE", "UNKNOWN_TOPIC", "INVALID_REQUEST", "PARTITION_OUT_OF_RANGE", "INVALID_REQUEST",
    ]  # fmt: skip
    assert committed(cluster, name) == {0: 1}


def test_a_newer_heartbeat_takes_the_place_of_one_that_is_held(cluster, topic, name):
    member = Member(cluster, name, topic)
    settle([member], 6)
    request = groups.HeartbeatRequest(
        group=name,
        member_id=member.id,
        member_epoch=member.epoch,
        owned=[types.TopicPartitions(topic=topic, partitions=member.owned)],
        wait=Duration(seconds=1),
    )
    held = member.calls.Heartbeat.future(request, timeout=20)
    time.sleep(0.2)
    member.beat()
    with pytest.raises(grpc.RpcError) as caught:
        held.result()
    assert stubs.reason(caught.value) == "HEARTBEAT_SUPERSEDED"


def test_a_group_reads_every_record_once_over_members_that_come_and_go(cluster, topic, name):
    """Each member reads what it is given from where the group is, commits, and leaves; the next one goes on."""
    values = [b"%d" % n for n in range(120)]
    request = broker.ProduceRequest(topic=topic, records=[types.Record(key=v, value=v) for v in values])
    cluster.broker().Produce(request, timeout=10)

    def read_some(member, count):
        """At most so many records of each partition that the member has."""
        done = committed(cluster, name)
        got, reached = [], {}
        for partition in member.owned:
            where = broker.FetchPartition(topic=topic, partition=partition, offset=done.get(partition, 0))
            part = cluster.broker().Fetch(broker.FetchRequest(partitions=[where]), timeout=10).partitions[0]
            got += [r.value for r in part.records[:count]]
            reached[partition] = where.offset + len(part.records[:count])
        assert not any(r.HasField("error") for r in commit(member, topic, reached))
        return got

    first, second = Member(cluster, name, topic), Member(cluster, name, topic)
    settle([first], 6)
    seen = read_some(first, 3)
    settle([first, second], 6)
    seen += read_some(first, 4) + read_some(second, 5)
    first.leave()
    settle([second], 6)
    seen += read_some(second, 1000)
    assert sorted(seen) == sorted(values)
    described = describe(cluster, name, include_lag=True)
    assert [o.lag_records for o in described.offsets] == [0] * 6
    assert not any(o.HasField("lag_time") for o in described.offsets)
