"""Every refusal has its own status and reason, and the connection lives on."""

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
        pytest.param(b"\xff" * 200, id="anything else"),
    ],
)
def test_a_batch_that_is_none_is_refused_and_nothing_is_stored(cluster, topic, refused, batches):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batches))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")
    assert produce(cluster, topic, batches=batch()).partitions[0].base_offset == 0


def test_a_batch_of_the_future_is_refused(cluster, topic, refused):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batch(magic=3)))
    assert reason in ("UNSUPPORTED_VERSION", "CORRUPT_RECORD_BATCH")
    assert code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT)


def test_an_unknown_codec_is_refused(cluster, topic, refused):
    code, reason, _ = refused(lambda: produce(cluster, topic, batches=batch(codec=7)))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNSUPPORTED_COMPRESSION")


def test_unknown_topics_and_partitions_are_named(cluster, topic, refused):
    records = [types.Record(value=b"v")]
    code, reason, _ = refused(lambda: produce(cluster, "no-such-topic", records=records))
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_TOPIC")
    for partition in (1, 2**31 - 1, -1):
        code, reason, _ = refused(lambda p=partition: produce(cluster, topic, partition=p, records=records))
        assert reason in ("PARTITION_OUT_OF_RANGE", "INVALID_REQUEST")
        assert code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT)
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


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "a/b", "naïve", "x" * 250, "new\nline"])
def test_topic_names_that_are_not_allowed_are_refused(cluster, refused, name):
    new = coordinator.NewTopic(name=name, partitions=1)
    answer = None
    try:
        answer = cluster.coordinator().CreateTopics(coordinator.CreateTopicsRequest(topics=[new]), timeout=10)
    except grpc.RpcError as error:
        assert stubs.reason(error) in ("INVALID_TOPIC_NAME", "INVALID_REQUEST")
    if answer is not None:
        assert answer.topics[0].error.reason == "INVALID_TOPIC_NAME"


def created_error(cluster, **topic):
    new = coordinator.NewTopic(**topic)
    try:
        answer = cluster.coordinator().CreateTopics(coordinator.CreateTopicsRequest(topics=[new]), timeout=10)
    except grpc.RpcError as error:
        return stubs.reason(error)
    return answer.topics[0].error.reason


def test_topics_that_cannot_be_are_refused_with_their_reason(cluster, topic, name):
    other = name + "-other"
    assert created_error(cluster, name=topic, partitions=1) == "TOPIC_ALREADY_EXISTS"
    assert created_error(cluster, name=other, partitions=-1) == "INVALID_PARTITION_COUNT"
    assert created_error(cluster, name=other, partitions=1_000_000) == "INVALID_PARTITION_COUNT"
    assert created_error(cluster, name=other, partitions=1, replication_factor=3) == "INVALID_REPLICATION_FACTOR"
    assert created_error(cluster, name=other, partitions=1, configs={"no.such": "1"}) == "INVALID_CONFIGURATION"
    assert created_error(cluster, name=other, partitions=1, configs={"retention.ms": "x"}) == "INVALID_CONFIGURATION"


def test_a_message_over_the_limit_is_refused_by_itself(cluster, topic):
    with pytest.raises(grpc.RpcError) as caught:
        produce(cluster, topic, records=[types.Record(value=b"x" * (5 << 20))])
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert produce(cluster, topic, records=[types.Record(value=b"small")]).partitions[0].base_offset == 0


def test_a_record_over_the_topics_limit_is_refused(cluster, name, refused):
    cluster.create_topic(name, **{"max.message.bytes": "1000"})
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


def test_headers_over_the_limit_are_refused_and_the_next_call_is_not(cluster):
    request = metadata.DescribeClusterRequest()
    with pytest.raises(grpc.RpcError) as caught:
        cluster.metadata().DescribeCluster(request, timeout=10, metadata=[("filler", "x" * 20_000)])
    assert caught.value.code() in (
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
    )
    assert cluster.metadata().DescribeCluster(request, timeout=10).cluster_id


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
    packed = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    fields = []
    for detail in status_pb2.Status.FromString(packed).details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            fields += [violation.field for violation in bad.field_violations]
    assert fields == ["group"]
