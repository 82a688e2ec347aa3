"""A Python client, made from the .proto files alone, writes and reads records in both forms."""

import gzip
import threading
import time

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from Harness import kafka
from Harness.stubs import broker, types


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


@pytest.mark.parametrize("wanted", ["uncompressed", "gzip", "snappy", "lz4", "zstd"])
def test_batches_are_packed_as_the_topic_wants_it(cluster, name, wanted):
    cluster.create_topic(name, **{"compression.type": wanted})
    records = [kafka.Record(b"v%d" % n * 200, b"k", [("n", b"%d" % n)]) for n in range(50)]
    plain, packed = kafka.encode(records), kafka.encode(records, codec=1, compress=gzip.compress)
    for batches in (plain, packed, packed + plain):
        produce(cluster, name, batches=batches)
    assert values(read(cluster, name)) == [r.value for r in records] * 4
    answers = read(cluster, name, form=types.RECORDS_FORM_BATCHES)
    stored = b"".join(a.batches for a in answers)
    codecs, at = [], 0
    while at < len(stored):
        codecs.append(kafka.HEADER.unpack_from(stored, at)[5] & 7)
        at += 12 + kafka.HEADER.unpack_from(stored, at)[1]
    assert codecs == [["uncompressed", "gzip", "snappy", "lz4", "zstd"].index(wanted)] * 4
    # What is packed so already stays as it is, to the byte.
    same = {"uncompressed": plain, "gzip": packed}.get(wanted)
    assert same is None or stored.count(same[61:]) >= 2


def test_reading_begins_in_the_middle_of_a_batch(cluster, topic):
    produce(cluster, topic, batches=kafka.encode([kafka.Record(b"%d" % n) for n in range(10)]))
    assert values(read(cluster, topic, offset=7)) == [b"7", b"8", b"9"]
    assert values(read(cluster, topic, offset=10)) == []


def test_reading_begins_at_a_time(cluster, topic):
    times = [1_700_000_000_000 + 1000 * n for n in range(5)]
    for at in times:
        produce(cluster, topic, record(b"%d" % at, timestamp_ms=at))
    assert len(values(read(cluster, topic, timestamp_ms=times[2] - 1))) == 3
    assert values(read(cluster, topic, timestamp_ms=times[-1] + 1)) == []
    looked_up = cluster.broker().ListOffsets(
        broker.ListOffsetsRequest(
            partitions=[
                broker.ListOffsetsPartition(topic=topic, partition=0, earliest=True),
                broker.ListOffsetsPartition(topic=topic, partition=0, latest=True),
                broker.ListOffsetsPartition(topic=topic, partition=0, timestamp_ms=times[3]),
                broker.ListOffsetsPartition(topic=topic, partition=0, timestamp_ms=times[-1] + 1),
                broker.ListOffsetsPartition(topic=topic, partition=0, max_timestamp=True),
                broker.ListOffsetsPartition(topic=topic, partition=0),
                broker.ListOffsetsPartition(topic="no-such-topic", partition=0),
            ]
        ),
        timeout=10,
    ).partitions
    assert [p.offset for p in looked_up[:3]] == [0, 5, 3]
    assert not looked_up[3].HasField("offset") and not looked_up[3].HasField("error")
    assert [(p.offset, p.timestamp_ms) for p in (looked_up[2], looked_up[4])] == [(3, times[3]), (4, times[4])]
    assert looked_up[5].offset == 5
    assert looked_up[6].error.reason == "UNKNOWN_TOPIC"


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


def test_a_stream_keeps_its_order_from_the_first_moment_of_a_topic(cluster, name):
    """The partitions of a new topic open while requests are coming already."""
    for round in range(10):
        topic = f"{name}-{round}"
        cluster.create_topic(topic, partitions=4)
        requests = [
            broker.ProduceRequest(topic=topic, partition=n % 4, correlation_id=n, records=[record(b"%d" % n)])
            for n in range(200)
        ]
        answers = list(cluster.broker().ProduceStream(iter(requests), timeout=30))
        assert [(a.correlation_id, a.partitions[0].base_offset) for a in answers] == [(n, n // 4) for n in range(200)]


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
    where = broker.FetchPartition(topic=topic, partition=0, offset=0)
    request = broker.FetchRequest(partitions=[where], max_wait=Duration(seconds=20), min_bytes=1)
    waiting = cluster.broker().Fetch.future(request, timeout=30)
    produce(cluster, topic, record(b"now"))
    answer = waiting.result().partitions[0]
    assert [r.value for r in answer.records] == [b"now"]
    assert (answer.next_offset, answer.high_watermark) == (1, 1)


@pytest.mark.parametrize("acks", [broker.ACKS_NONE, broker.ACKS_LEADER, broker.ACKS_ALL])
def test_every_kind_of_acknowledgement_leaves_the_record_in_the_log(cluster, topic, acks):
    place = produce(cluster, topic, record(b"v"), acks=acks)
    assert (place.replicas, place.leader_epoch >= 0) == (0 if acks == broker.ACKS_NONE else 1, True)
    assert place.replicas_synced == 1 or acks != broker.ACKS_ALL
    produce(cluster, topic, record(b"w"), acks=broker.ACKS_ALL)
    assert values(read(cluster, topic)) == [b"v", b"w"]


def test_one_client_mixes_forms_and_acknowledgements_on_one_stream(cluster, topic):
    """Every answer has its request's number, and the log has the order of the requests."""
    kinds = [(form, acks) for acks in (broker.ACKS_NONE, broker.ACKS_LEADER, broker.ACKS_ALL) for form in "rb"] * 20
    requests = []
    for n, (form, acks) in enumerate(kinds):
        value = b"%d" % n
        content = {"records": [record(value)]} if form == "r" else {"batches": kafka.encode([kafka.Record(value)])}
        requests.append(broker.ProduceRequest(topic=topic, partition=0, acks=acks, correlation_id=n, **content))
    answers = list(cluster.broker().ProduceStream(iter(requests), timeout=30))
    assert [a.correlation_id for a in answers] == list(range(len(kinds)))
    assert not any(a.HasField("error") for a in answers)
    for n, (answer, (_, acks)) in enumerate(zip(answers, kinds, strict=True)):
        if acks != broker.ACKS_NONE:
            assert answer.partitions[0].base_offset == n
    produce(cluster, topic, record(b"last"))
    assert values(read(cluster, topic)) == [b"%d" % n for n in range(len(kinds))] + [b"last"]


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


def test_fetch_answers_at_the_end_of_its_wait_with_nothing(cluster, topic):
    where = broker.FetchPartition(topic=topic, partition=0, offset=0)
    request = broker.FetchRequest(partitions=[where], max_wait=Duration(nanos=300_000_000), min_bytes=1)
    started = time.monotonic()
    answer = cluster.broker().Fetch(request, timeout=10).partitions[0]
    assert 0.25 < time.monotonic() - started < 5
    assert (list(answer.records), answer.next_offset, answer.HasField("error")) == ([], 0, False)


def test_fetch_gives_several_partitions_in_their_order_and_names_what_it_cannot_read(cluster, name):
    cluster.create_topic(name, partitions=3)
    for partition in range(3):
        batch = kafka.encode([kafka.Record(b"%d" % partition)])
        produce(cluster, name, partition=partition, batches=batch)
    places = [(2, 0), (0, 0), (7, 0), (1, 5)]
    request = broker.FetchRequest(
        partitions=[broker.FetchPartition(topic=name, partition=p, offset=o) for p, o in places],
        form=types.RECORDS_FORM_BATCHES,
    )
    answer = cluster.broker().Fetch(request, timeout=10)
    assert [p.partition for p in answer.partitions] == [2, 0, 7, 1]
    assert [p.error.reason for p in answer.partitions] == ["", "", "PARTITION_OUT_OF_RANGE", "OFFSET_OUT_OF_RANGE"]
    assert dict(answer.partitions[3].error.metadata)["log_end_offset"] == "1"
    sizes = [p.batches_bytes for p in answer.partitions]
    assert sum(sizes) == len(answer.batches)
    assert kafka.decode(answer.batches[: sizes[0]])[0].value == b"2"
    assert kafka.decode(answer.batches[sizes[0] :])[0].value == b"0"


def test_fetch_keeps_to_the_bytes_that_were_asked_for(cluster, topic):
    for _ in range(10):
        produce(cluster, topic, record(b"x" * 1000))
    where = broker.FetchPartition(topic=topic, partition=0, offset=0)
    got, looks = 0, 0
    while got < 10:
        answer = cluster.broker().Fetch(broker.FetchRequest(partitions=[where], max_bytes=3500), timeout=10)
        part = answer.partitions[0]
        assert 1 <= len(part.records) <= 3
        got += len(part.records)
        looks += 1
        where.offset = part.next_offset
    assert (got, where.offset) == (10, 10) and looks >= 4


def test_several_partitions_are_read_in_one_stream_up_to_the_end(cluster, name):
    cluster.create_topic(name, partitions=5)
    for partition in range(4):
        produce(cluster, name, *[record(b"%d" % n) for n in range(partition)] or [record(b"")], partition=partition)
    answers = read(cluster, name)
    ends = {a.partition: a.next_offset for a in answers if a.end}
    assert ends == {0: 1, 1: 1, 2: 2, 3: 3, 4: 0}
    assert all(a.topic == name and len(a.topic_id) == 16 for a in answers)


def test_a_topic_is_named_by_its_id_as_well_and_never_by_a_wrong_pair(cluster, name, refused):
    made = cluster.create_topic(name)
    request = broker.ProduceRequest(topic_id=made.topic_id, partition=0, records=[record(b"v")])
    answer = cluster.broker().Produce(request, timeout=10)
    assert (answer.topic, answer.topic_id) == (name, made.topic_id)
    request.topic = "another-name"
    _, reason, _ = refused(lambda: cluster.broker().Produce(request, timeout=10))
    assert reason == "UNKNOWN_TOPIC"


def test_an_answer_says_which_node_did_the_work(cluster, topic):
    request = broker.ProduceRequest(topic=topic, partition=0, records=[record(b"v")])
    _, call = cluster.broker().Produce.with_call(request, timeout=10)
    assert dict(call.trailing_metadata())["newswire-node"] == "broker/1"
    reading = cluster.broker().Consume(
        broker.ConsumeRequest(partitions=[broker.ConsumePartition(topic=topic)], until_end=True), timeout=10
    )
    assert len(list(reading)) >= 1
    assert dict(reading.trailing_metadata())["newswire-node"] == "broker/1"


def test_requests_and_answers_may_be_compressed(cluster, topic):
    calls = cluster.broker()
    request = broker.ProduceRequest(topic=topic, partition=0, records=[record(b"z" * 100_000)])
    calls.Produce(request, timeout=10, compression=grpc.Compression.Gzip)
    assert values(read(cluster, topic)) == [b"z" * 100_000]


def test_a_call_that_is_cancelled_leaves_the_connection_to_others(cluster, topic):
    where = broker.ConsumePartition(topic=topic, partition=0, end=True)
    calls = [cluster.broker().Consume(broker.ConsumeRequest(partitions=[where]), timeout=30) for _ in range(50)]
    for call in calls:
        next(call)
    for call in calls:
        call.cancel()
    assert produce(cluster, topic, record(b"v")).base_offset == 0
    assert all(call.code() == grpc.StatusCode.CANCELLED for call in calls)


def test_producer_ids_are_given_out_once(cluster):
    request = broker.AllocateProducerRequest()
    ids = [cluster.broker().AllocateProducer(request, timeout=10).producer_id for _ in range(20)]
    assert len(set(ids)) == 20


def test_a_broker_describes_its_logs(cluster, topic):
    produce(cluster, topic, *[record(b"v")] * 5)
    request = broker.DescribeLogsRequest(topics=[types.TopicPartitions(topic=topic)], include_segments=True)
    answer = cluster.broker().DescribeLogs(request, timeout=10)
    assert answer.broker_id == 1 and len(answer.folders) == 1
    folder, log = answer.folders[0], answer.logs[0]
    assert folder.total_bytes > folder.free_bytes > 0 and len(folder.folder_id) == 16
    assert (log.topic, log.partition, log.leader, log.folder_id) == (topic, 0, True, folder.folder_id)
    assert (log.log_start_offset, log.log_end_offset, log.high_watermark, log.synced_offset) == (0, 5, 5, 5)
    assert log.segment_count == len(log.segments) == 1 and log.segments[0].active
    page = cluster.broker().DescribeLogs(broker.DescribeLogsRequest(page_size=3), timeout=10)
    assert len(page.logs) == 3 and page.next_page_token
    rest = broker.DescribeLogsRequest(page_size=3, page_token=page.next_page_token)
    places = [(log.topic, log.partition) for log in [*page.logs, *cluster.broker().DescribeLogs(rest, timeout=10).logs]]
    assert places == sorted(set(places)) and len(places) == 6
