"""Every refusal has its own status and reason, and the connection lives on."""

import gzip

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from Harness import kafka, stubs
from Harness.stubs import broker, coordinator, groups, metadata, types

GOOD = kafka.Record(b"good")


def produce(cluster, topic, partition=0, **rest):
    return cluster.broker().Produce(broker.ProduceRequest(topic=topic, partition=partition, **rest), timeout=20)


def batch(*records, **wrong):
    return kafka.encode(records or [GOOD], **wrong)


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param(batch(crc=1), id="wrong checksum"),
        pytest.param(batch(length=5), id="a length that is too short"),
        pytest.param(batch(length=2**31 - 1), id="a length beyond the message"),
        pytest.param(batch(length=-1), id="a negative length"),
        pytest.param(batch(count=2), id="more records than there are"),
        pytest.param(batch(count=2**31 - 1, last_delta=2**31 - 2), id="impossible counts"),
        pytest.param(batch(count=-1, last_delta=-2), id="negative counts"),
        pytest.param(batch(last_delta=5), id="a last offset that does not fit"),
        pytest.param(batch()[:-1], id="a batch that is cut off"),
        pytest.param(batch()[:30], id="half a header"),
        pytest.param(batch() + b"\0", id="something behind the batch"),
        pytest.param(batch(count=0, last_delta=-1), id="no records"),
        pytest.param(batch(inside=b"\x7f\xff\xff"), id="a right checksum and a wrong inside"),
        pytest.param(batch(codec=1, compress=lambda body: b"not gzip"), id="records that cannot be decompressed"),
    ],
)
def test_a_batch_that_is_none_is_refused_and_nothing_is_stored(cluster, topic, refused, batches):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batches))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")
    assert produce(cluster, topic, batches=batch()).partitions[0].base_offset == 0


@pytest.mark.parametrize("magic", [-1, 0, 1, 3, 127])
def test_a_batch_of_another_version_is_refused(cluster, topic, refused, magic):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batch(magic=magic)))
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "UNSUPPORTED_VERSION")


def test_one_bad_batch_among_good_ones_keeps_all_out(cluster, topic, refused):
    _, reason, _ = refused(lambda: produce(cluster, topic, batches=batch() + batch(crc=1) + batch()))
    assert reason == "CORRUPT_RECORD_BATCH"
    assert produce(cluster, topic, batches=batch()).partitions[0].base_offset == 0


def test_a_small_batch_that_opens_to_gigabytes_is_refused(cluster, topic, refused):
    bomb = gzip.compress(bytes(300 << 20))
    code, reason, _ = refused(
        lambda: produce(cluster, topic, batches=batch(codec=1, compress=lambda body: bomb, count=1, last_delta=0))
    )
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")


def test_an_unknown_codec_is_refused(cluster, topic, refused):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batch(codec=7)))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNSUPPORTED_COMPRESSION")


def test_unknown_topics_and_partitions_are_named(cluster, topic, refused):
    records = [types.Record(value=b"v")]
    code, reason, _ = refused(lambda: produce(cluster, "no-such-topic", records=records))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_TOPIC")
    for partition in (1, 2**31 - 1, -1):
        code, reason, told = refused(lambda p=partition: produce(cluster, topic, partition=p, records=records))
        assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "PARTITION_OUT_OF_RANGE")
        assert told["partition_count"] == "1"
    unknown = broker.ProduceRequest(topic_id=b"0123456789abcdef", partition=0, records=records)
    code, reason, _ = refused(lambda: cluster.broker().Produce(unknown, timeout=10))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_TOPIC")


def test_an_offset_out_of_range_tells_the_valid_range(cluster, topic, refused):
    produce(cluster, topic, records=[types.Record(value=b"v")] * 3)
    for offset in (4, 2**62):
        where = broker.ConsumePartition(topic=topic, partition=0, offset=offset)
        call = lambda w=where: list(cluster.broker().Consume(broker.ConsumeRequest(partitions=[w]), timeout=10))
        code, reason, told = refused(call)
        assert (code, reason) == (grpc.StatusCode.OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE")
        assert (told["log_start_offset"], told["log_end_offset"]) == ("0", "3")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({}, "records", id="neither records nor batches"),
        pytest.param({"records": [types.Record(value=b"v")], "batches": batch()}, "records", id="both forms"),
        pytest.param({"batches": batch(), "partition": None}, "partition", id="batches without a partition"),
        pytest.param({"records": [types.Record(value=b"v")], "acks": 9}, "acks", id="acks that do not exist"),
        pytest.param({"records": [types.Record(timestamp_ms=-5)]}, "records", id="a negative time"),
        pytest.param(
            {"records": [types.Record(value=b"v")], "timeout": {"seconds": -1}}, "timeout", id="a negative timeout"
        ),
        pytest.param({"records": [types.Record()], "leader_epoch": -1}, "leader_epoch", id="a negative epoch"),
        pytest.param(
            {"records": [types.Record(value=b"v")], "transactional_id": "t"}, "transactional_id", id="a transaction"
        ),
        pytest.param({"records": [types.Record(value=b"v")], "writer_epoch": 1}, "writer_epoch", id="a writer's epoch"),
        pytest.param({"records": [types.Record(value=b"v")], "topic_id": b"short"}, "topic_id", id="no id"),
        pytest.param({"records": [types.Record(value=b"v")], "topic": ""}, "topic", id="no topic at all"),
    ],
)
def test_a_produce_that_cannot_be_is_refused_with_its_field(cluster, topic, wrong, field):
    request = broker.ProduceRequest(**{"topic": topic, "partition": 0, **wrong})
    with pytest.raises(grpc.RpcError) as caught:
        cluster.broker().Produce(request, timeout=10)
    assert stubs.reason(caught.value) in ("INVALID_REQUEST", "PERMISSION_DENIED", "UNSUPPORTED")
    assert stubs.wrong_fields(caught.value) == [field]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"partitions": []}, "partitions", id="no partitions"),
        pytest.param({"form": 9}, "form", id="a form that does not exist"),
        pytest.param({"max_bytes": -1}, "max_bytes", id="negative bytes"),
        pytest.param({"partitions": [{"offset": -1}]}, "partitions.offset", id="a negative offset"),
        pytest.param({"partitions": [{"beginning": False}]}, "partitions.beginning", id="a beginning that is false"),
        pytest.param({"partitions": [{"leader_epoch": -1}]}, "partitions.leader_epoch", id="a negative epoch"),
        pytest.param({"partitions": [{}, {"partition": 0}]}, "partitions", id="a partition twice"),
    ],
)
def test_a_consume_that_cannot_be_is_refused_with_its_field(cluster, topic, wrong, field):
    places = [broker.ConsumePartition(topic=topic, **place) for place in wrong.get("partitions", [{}])]
    request = broker.ConsumeRequest(**{**wrong, "partitions": places})
    with pytest.raises(grpc.RpcError) as caught:
        list(cluster.broker().Consume(request, timeout=10))
    assert stubs.reason(caught.value) == "INVALID_REQUEST"
    assert stubs.wrong_fields(caught.value) == [field]


def test_one_partition_that_cannot_be_read_does_not_end_the_others(cluster, name):
    cluster.create_topic(name, partitions=2)
    produce(cluster, name, partition=1, records=[types.Record(value=b"v")])
    places = [broker.ConsumePartition(topic=name, partition=p, offset=o) for p, o in ((0, 7), (1, 0))]
    request = broker.ConsumeRequest(partitions=places, until_end=True)
    answers = list(cluster.broker().Consume(request, timeout=10))
    wrong = next(a for a in answers if a.HasField("error"))
    assert (wrong.partition, wrong.error.reason, wrong.error.code) == (0, "OFFSET_OUT_OF_RANGE", 11)
    assert dict(wrong.error.metadata)["log_end_offset"] == "0"
    assert [r.value for a in answers for r in a.records] == [b"v"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a b", "a/b", "naïve", "x" * 250, "new\nline", "tab\t", "a:b", "日本", "a,b"]
)
def test_topic_names_that_are_not_allowed_are_refused(cluster, name):
    new = coordinator.NewTopic(name=name, partitions=1)
    answer = cluster.coordinator().CreateTopics(coordinator.CreateTopicsRequest(topics=[new]), timeout=10)
    assert (answer.topics[0].error.reason, answer.topics[0].error.code) == ("INVALID_TOPIC_NAME", 3)


@pytest.mark.parametrize("name", ["x" * 249, "A-Z.0_9", "...", "-"])
def test_topic_names_at_the_edge_of_what_is_allowed_are_taken(cluster, name):
    cluster.create_topic(name)
    assert produce(cluster, name, records=[types.Record(value=b"v")]).topic == name


def created_error(cluster, **topic):
    new = coordinator.NewTopic(**topic)
    answer = cluster.coordinator().CreateTopics(coordinator.CreateTopicsRequest(topics=[new]), timeout=10)
    return answer.topics[0].error.reason


def test_topics_that_cannot_be_are_refused_with_their_reason(cluster, topic, name):
    other = name + "-other"
    assert created_error(cluster, name=topic, partitions=1) == "TOPIC_ALREADY_EXISTS"
    assert created_error(cluster, name=other, partitions=1, replication_factor=3) == "INVALID_REPLICATION_FACTOR"
    assert created_error(cluster, name=other, partitions=1, configs={"no.such": "1"}) == "INVALID_CONFIGURATION"
    assert created_error(cluster, name=other, partitions=1, configs={"retention.ms": "x"}) == "INVALID_CONFIGURATION"


def test_a_message_over_the_limit_is_refused_by_itself(cluster, topic):
    with pytest.raises(grpc.RpcError) as caught:
        produce(cluster, topic, records=[types.Record(value=b"x" * (5 << 20))])
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert produce(cluster, topic, records=[types.Record(value=b"small")]).partitions[0].base_offset == 0


def test_a_record_over_the_topics_limit_is_refused(cluster, name, refused):
    cluster.create_topic(name, **{"max.message.bytes": "1024"})
    code, reason, _ = refused(lambda: produce(cluster, name, records=[types.Record(value=b"x" * 2000)]))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MESSAGE_TOO_LARGE")
    code, reason, _ = refused(lambda: produce(cluster, name, batches=batch(kafka.Record(b"x" * 2000))))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MESSAGE_TOO_LARGE")


def raw(cluster, path, body, **options):
    """A call whose bytes are no message of ours."""
    call = cluster.channel("broker").unary_unary(path, request_serializer=None, response_deserializer=None)
    return call(body, timeout=10, **options)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x0a\xff\xff\xff\xff\x0f", id="a length beyond the end"),
        pytest.param(b"\x0a\x02\xff\xfe", id="a string that is not UTF-8"),
        pytest.param(b"\x0a\x03a\x00b", id="a string with a NUL"),
        pytest.param(b"\xff" * 20, id="a varint that does not end"),
        pytest.param(b"\x07", id="a wire type that does not exist"),
        pytest.param(b"\x0b\x0a\x01a", id="a group that does not end"),
    ],
)
def test_a_malformed_message_is_an_invalid_argument(cluster, body):
    with pytest.raises(grpc.RpcError) as caught:
        raw(cluster, "/newswire.v1.Broker/Produce", body)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "ProduceRequest" in caught.value.details()
    assert stubs.reason(caught.value) == "INVALID_REQUEST"
    assert cluster.metadata("broker").DescribeCluster(metadata.DescribeClusterRequest(), timeout=10).cluster_id


def test_fields_of_the_future_in_any_order_are_accepted(cluster, topic):
    payload = broker.ProduceRequest(batches=batch()).SerializeToString()
    rest = broker.ProduceRequest(topic=topic, partition=0, acks=broker.ACKS_ALL).SerializeToString()
    unknown = b"\xf8\x7f\x01"  # field 2047, varint 1
    first = broker.ProduceRequest(batches=b"the last one wins").SerializeToString()
    answer = broker.ProduceResponse.FromString(
        raw(cluster, "/newswire.v1.Broker/Produce", first + payload + unknown + rest)
    )
    assert answer.partitions[0].record_count == 1


def test_unknown_calls_are_unimplemented(cluster):
    for path in ("/newswire.v1.Broker/NoSuchCall", "/no.such.Service/Call"):
        with pytest.raises(grpc.RpcError) as caught:
            raw(cluster, path, b"")
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_deadline_that_has_passed_costs_the_caller_no_wait(cluster, topic):
    where = broker.ConsumePartition(topic=topic, partition=0, end=True)
    with pytest.raises(grpc.RpcError) as caught:
        list(cluster.broker().Consume(broker.ConsumeRequest(partitions=[where]), timeout=0.5))
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_details_follow_the_common_model_of_errors(cluster):
    with pytest.raises(grpc.RpcError) as caught:
        produce(cluster, "no-such-topic", records=[types.Record(value=b"v")])
    error = caught.value
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(packed)
    assert status.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert status.message == error.details() and "no-such-topic" in status.message
    kinds = [detail.TypeName() for detail in status.details]
    assert error_details_pb2.ErrorInfo.DESCRIPTOR.full_name in kinds


def test_a_field_that_is_wrong_is_named(cluster):
    with pytest.raises(grpc.RpcError) as caught:
        cluster.groups().Heartbeat(groups.HeartbeatRequest(group="", member_id="m"), timeout=10)
    assert stubs.reason(caught.value) == "INVALID_REQUEST"
    assert stubs.wrong_fields(caught.value) == ["group"]


def test_a_refusal_that_may_pass_says_when_to_try_again(cluster, topic):
    """A leader epoch that nobody has heard of may come; who does not want to be kept waiting is told at once."""
    produce(cluster, topic, records=[types.Record(value=b"v")])
    request = broker.ProduceRequest(topic=topic, partition=0, records=[types.Record(value=b"v")], leader_epoch=1_000)
    with pytest.raises(grpc.RpcError) as caught:
        cluster.broker().Produce(request, timeout=10, metadata=[("newswire-forward", "never")])
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert stubs.reason(caught.value) == "UNKNOWN_LEADER_EPOCH"
    packed = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in status_pb2.Status.FromString(packed).details)
    assert retry.retry_delay.ToMilliseconds() > 0
