"""A Python client, made from the .proto files alone, writes and reads records in both forms."""

import gzip
import threading

import grpc
import pytest

from Harness import kafka
from Harness.stubs import broker, coordinator, metadata, types


def record(value, key=None, **rest):
    return types.Record(value=value, key=key, **rest)


def produce(cluster, topic, *records, partition=0, **rest):
    request = broker.ProduceRequest(topic=topic, partition=partition, records=records, **rest)
    return cluster.broker().Produce(request, timeout=20).partitions[0]


def read(cluster, topic, form=types.RECORDS_FORM_STRUCTURED, max_bytes=0, **start):
    start = start or {"beginning": True}
    request = broker.ConsumeRequest(
        partitions=[broker.ConsumePartition(topic=topic, **start)], until_end=True, form=form, max_bytes=max_bytes
    )
    return list(cluster.broker().Consume(request, timeout=20))


def values(answers):
    return [r.value for answer in answers for r in answer.records]


def test_a_topic_is_created_described_and_deleted(cluster, name):
    made = cluster.create_topic(name, partitions=3)
    assert len(made.topic_id) == 16 and made.partitions == 3
    request = metadata.DescribeTopicsRequest(topics=[types.TopicReference(topic=name)])
    described = cluster.metadata().DescribeTopics(request, timeout=10).topics[0]
    assert described.topic_id == made.topic_id
    assert [p.partition for p in described.partitions] == [0, 1, 2]
    assert all(p.HasField("leader_id") and list(p.in_sync_replicas) == [1] for p in described.partitions)
    request = coordinator.DeleteTopicsRequest(topics=[types.TopicReference(topic=name)])
    assert not cluster.coordinator().DeleteTopics(request, timeout=10).topics[0].HasField("error")


def test_structured_records_come_back_as_they_were(cluster, topic):
    written = [
        record(b"plain", timestamp_ms=1_700_000_000_123),
        record(b"with key", b"key", headers=[types.Header(key="trace", value=b"\x00\xff"), types.Header(key="none")]),
        record(None, b"tombstone"),
        record(b"", b""),
        record(bytes(range(256)) * 400),
    ]
    place = produce(cluster, topic, *written)
    assert (place.base_offset, place.record_count, place.replicas, place.replicas_synced) == (0, 5, 1, 1)
    got = [r for answer in read(cluster, topic) for r in answer.records]
    assert [r.offset for r in got] == [0, 1, 2, 3, 4]
    assert got[0].timestamp_ms == 1_700_000_000_123
    assert all(r.timestamp_ms > 1_700_000_000_000 for r in got[1:])
    for before, after in zip(written, got, strict=True):
        for field in ("key", "value"):
            assert before.HasField(field) == after.HasField(field)
            assert getattr(before, field) == getattr(after, field)
        assert before.headers == after.headers


def test_batches_and_records_mix_and_are_read_in_either_form(cluster, topic):
    batch = kafka.encode([kafka.Record(b"b%d" % n, b"key", [("n", b"%d" % n)]) for n in range(10)])
    produce(cluster, topic, record(b"first"))
    place = produce(cluster, topic, batches=batch + batch)
    assert (place.base_offset, place.record_count) == (1, 20)
    produce(cluster, topic, record(b"last"))
    wanted = [b"first", *[b"b%d" % n for n in range(10)] * 2, b"last"]
    assert values(read(cluster, topic)) == wanted
    answers = read(cluster, topic, form=types.RECORDS_FORM_BATCHES)
    taken_apart = [r for a in answers for r in kafka.decode(a.batches)]
    assert [r.value for r in taken_apart] == wanted
    assert [r.offset for r in taken_apart] == list(range(22))
    assert taken_apart[1].headers == [("n", b"0")]


def test_a_compressed_batch_is_stored_as_it_is_and_read_as_records(cluster, topic):
    batch = kafka.encode([kafka.Record(b"z" * 1000) for _ in range(100)], codec=1, compress=gzip.compress)
    assert len(batch) < 2000
    assert produce(cluster, topic, batches=batch).record_count == 100
    assert values(read(cluster, topic)) == [b"z" * 1000] * 100
    answer = read(cluster, topic, form=types.RECORDS_FORM_BATCHES)[0]
    assert answer.batches[61:] == batch[61:]


def test_reading_begins_in_the_middle_of_a_batch(cluster, topic):
    produce(cluster, topic, batches=kafka.encode([kafka.Record(b"%d" % n) for n in range(10)]))
    assert values(read(cluster, topic, offset=7)) == [b"7", b"8", b"9"]
    assert values(read(cluster, topic, offset=10)) == []


def test_reading_begins_at_a_time(cluster, topic):
    times = [1_700_000_000_000 + 1000 * n for n in range(5)]
    for time in times:
        produce(cluster, topic, record(b"%d" % time, timestamp_ms=time))
    assert len(values(read(cluster, topic, timestamp_ms=times[2] - 1))) == 3
    assert values(read(cluster, topic, timestamp_ms=times[-1] + 1)) == []
    looked_up = cluster.broker().ListOffsets(
        broker.ListOffsetsRequest(
            partitions=[
                broker.ListOffsetsPartition(topic=topic, partition=0, earliest=True),
                broker.ListOffsetsPartition(topic=topic, partition=0, latest=True),
                broker.ListOffsetsPartition(topic=topic, partition=0, timestamp_ms=times[3]),
                broker.ListOffsetsPartition(topic=topic, partition=0, timestamp_ms=times[-1] + 1),
            ]
        ),
        timeout=10,
    ).partitions
    assert [p.offset for p in looked_up[:3]] == [0, 5, 3]
    assert not looked_up[3].HasField("offset")


def test_records_are_placed_by_kafkas_hash_of_their_key(cluster, name):
    cluster.create_topic(name, partitions=6)
    hashes = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536, b"abc": 479470107}
    for key, hashed in hashes.items():
        answer = cluster.broker().Produce(
            broker.ProduceRequest(topic=name, records=[record(b"v", key)]), timeout=10
        )
        assert [p.partition for p in answer.partitions] == [(hashed & 0x7FFFFFFF) % 6]


def test_records_for_several_partitions_say_which_went_where(cluster, name):
    cluster.create_topic(name, partitions=4)
    keys = [b"key-%d" % n for n in range(40)]
    request = broker.ProduceRequest(topic=name, records=[record(k, k) for k in keys])
    answer = cluster.broker().Produce(request, timeout=10)
    assert len(answer.partitions) > 1
    written = {}
    for place in answer.partitions:
        for step, index in enumerate(place.record_indexes):
            written[place.partition, place.base_offset + step] = keys[index]
    got = {(a.partition, r.offset): r.value for a in read(cluster, name) for r in a.records}
    assert got == written and len(got) == 40


def test_a_live_reader_gets_each_record_as_it_is_written(cluster, topic):
    request = broker.ConsumeRequest(partitions=[broker.ConsumePartition(topic=topic, partition=0, end=True)])
    call = cluster.broker().Consume(request, timeout=30)
    assert next(call).caught_up
    got = []
    done = threading.Event()

    def follow():
        for answer in call:
            got.extend(r.value for r in answer.records)
            if len(got) == 20:
                done.set()
                return

    threading.Thread(target=follow, daemon=True).start()
    for n in range(20):
        produce(cluster, topic, record(b"%d" % n))
    assert done.wait(20)
    call.cancel()
    assert got == [b"%d" % n for n in range(20)]


def test_a_reader_that_does_not_read_holds_nobody_up(cluster, topic):
    big = record(b"x" * 500_000)
    request = broker.ConsumeRequest(partitions=[broker.ConsumePartition(topic=topic, partition=0, beginning=True)])
    slow = cluster.broker().Consume(request, timeout=60)
    for _ in range(60):
        produce(cluster, topic, big, big)
    assert len(values(read(cluster, topic))) == 120
    assert sum(len(answer.records) for answer, _ in zip(slow, range(5), strict=False)) >= 5
    slow.cancel()


def test_a_stream_of_produces_answers_each_with_its_number(cluster, topic):
    requests = (
        broker.ProduceRequest(topic=topic, partition=0, correlation_id=n, records=[record(b"%d" % n)])
        for n in range(500)
    )
    answers = list(cluster.broker().ProduceStream(requests, timeout=30))
    assert [a.correlation_id for a in answers] == list(range(500))
    assert [a.partitions[0].base_offset for a in answers] == list(range(500))


def test_a_stream_goes_on_after_a_request_that_is_refused(cluster, topic):
    requests = [
        broker.ProduceRequest(topic=topic, partition=0, correlation_id=1, records=[record(b"1")]),
        broker.ProduceRequest(topic="no-such-topic", partition=0, correlation_id=2, records=[record(b"2")]),
        broker.ProduceRequest(topic=topic, partition=0, correlation_id=3, records=[record(b"3")]),
    ]
    answers = {a.correlation_id: a for a in cluster.broker().ProduceStream(iter(requests), timeout=30)}
    assert answers[2].error.reason == "UNKNOWN_TOPIC" and not answers[2].error.retriable
    assert [answers[n].partitions[0].base_offset for n in (1, 3)] == [0, 1]


def test_fetch_waits_for_records_and_no_longer(cluster, topic):
    from google.protobuf.duration_pb2 import Duration

    where = broker.FetchPartition(topic=topic, partition=0, offset=0)
    request = broker.FetchRequest(partitions=[where], max_wait=Duration(seconds=20), min_bytes=1)
    waiting = cluster.broker().Fetch.future(request, timeout=30)
    produce(cluster, topic, record(b"now"))
    answer = waiting.result().partitions[0]
    assert [r.value for r in answer.records] == [b"now"]
    assert (answer.next_offset, answer.high_watermark) == (1, 1)


@pytest.mark.parametrize("acks", [broker.ACKS_NONE, broker.ACKS_LEADER, broker.ACKS_ALL])
def test_every_kind_of_acknowledgement_leaves_the_record_in_the_log(cluster, topic, acks):
    produce(cluster, topic, record(b"v"), acks=acks)
    produce(cluster, topic, record(b"w"), acks=broker.ACKS_ALL)
    assert values(read(cluster, topic)) == [b"v", b"w"]


def test_records_before_an_offset_can_be_deleted(cluster, topic, refused):
    produce(cluster, topic, *[record(b"%d" % n) for n in range(10)])
    request = broker.DeleteRecordsRequest(
        partitions=[broker.DeleteRecordsPartition(topic=topic, partition=0, before_offset=4)]
    )
    assert cluster.broker().DeleteRecords(request, timeout=10).partitions[0].log_start_offset == 4
    assert values(read(cluster, topic)) == [b"%d" % n for n in range(4, 10)]
    code, reason, told = refused(lambda: read(cluster, topic, offset=3, partition=0))
    assert (code, reason) == (grpc.StatusCode.OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE")
    assert (told["log_start_offset"], told["log_end_offset"]) == ("4", "10")


def test_a_watcher_hears_of_a_topic_as_it_is_created(cluster, name):
    call = cluster.metadata("broker").WatchTopics(metadata.WatchTopicsRequest(), timeout=20)
    for answer in call:
        if answer.complete:
            break
    cluster.create_topic(name, partitions=2)
    heard = next(t for answer in call for t in answer.topics if t.topic == name)
    call.cancel()
    assert len(heard.partitions) == 2
