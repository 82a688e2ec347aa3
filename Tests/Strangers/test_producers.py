"""Producers that number their records: what they send twice is written once, whatever becomes of the broker."""

import os
import random
import signal

import grpc
import pytest

from Harness import kafka
from Harness.cluster import Cluster, until
from Harness.stubs import broker, types

EXPIRY = {"NEWSWIRE_PRODUCERS_EXPIRE_AFTER": "2s", "NEWSWIRE_RETENTION_CHECK_INTERVAL": "1s"}


class Numbered:
    """A producer as a program in any language would have it: an id, and a count of the records of each partition."""

    def __init__(self, cluster, topic):
        self.cluster, self.topic = cluster, topic
        given = cluster.broker().AllocateProducer(broker.AllocateProducerRequest(), timeout=20, wait_for_ready=True)
        self.id, self.epoch, self.sequence = given.producer_id, given.producer_epoch, 0

    def request(self, *values, sequence=None, epoch=None, **rest):
        state = broker.ProducerState(
            producer_id=self.id,
            producer_epoch=self.epoch if epoch is None else epoch,
            base_sequence=self.sequence if sequence is None else sequence,
        )
        records = [types.Record(value=value) for value in values]
        return broker.ProduceRequest(topic=self.topic, partition=0, producer=state, records=records, **rest)

    def next(self, *values, **rest):
        """A request with the records that come next."""
        request = self.request(*values, **rest)
        self.sequence += len(values)
        return request

    def send(self, request):
        return self.cluster.broker().Produce(request, timeout=20, wait_for_ready=True).partitions[0]


@pytest.fixture
def producer(cluster, topic):
    return Numbered(cluster, topic)


def read(cluster, topic):
    where = broker.ConsumePartition(topic=topic, partition=0)
    request = broker.ConsumeRequest(partitions=[where], until_end=True)
    answers = cluster.broker().Consume(request, timeout=30, wait_for_ready=True)
    return [record.value for answer in answers for record in answer.records]


def test_every_producer_has_an_id_of_its_own(cluster):
    ask = lambda: cluster.broker().AllocateProducer(broker.AllocateProducerRequest(), timeout=20)
    ids = [ask().producer_id for _ in range(50)]
    assert len(set(ids)) == 50 and min(ids) > 0


def test_the_same_request_again_has_the_first_answer(cluster, topic, producer):
    first = producer.next(b"a", b"b")
    second = producer.next(b"c")
    places = [producer.send(first), producer.send(second)]
    assert [(p.base_offset, p.duplicate) for p in places] == [(0, False), (2, False)]
    for request, place in zip((first, second), places):
        again = producer.send(request)
        assert (again.base_offset, again.duplicate, again.record_count) == (place.base_offset, True, place.record_count)
        assert again.timestamp_ms == place.timestamp_ms
    assert read(cluster, topic) == [b"a", b"b", b"c"]


def test_batches_name_their_producer_themselves(cluster, topic, producer):
    batches = [kafka.encode([kafka.Record(b"%d" % n)], producer=(producer.id, 0, n)) for n in range(3)]
    for _ in range(2):
        for n, batch in enumerate(batches):
            request = broker.ProduceRequest(topic=topic, partition=0, batches=batch)
            assert producer.send(request).base_offset == n
    assert producer.send(broker.ProduceRequest(topic=topic, partition=0, batches=b"".join(batches))).duplicate
    assert read(cluster, topic) == [b"0", b"1", b"2"]


def test_a_gap_is_refused_and_can_be_filled(cluster, topic, producer, refused):
    producer.send(producer.next(b"first"))
    code, reason, _ = refused(lambda: producer.send(producer.request(b"later", sequence=5)))
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OUT_OF_ORDER_SEQUENCE")
    producer.send(producer.next(b"second"))
    assert read(cluster, topic) == [b"first", b"second"]


def test_what_is_older_than_the_last_five_is_known_to_be_there(cluster, topic, producer, refused):
    requests = [producer.next(b"%d" % n) for n in range(8)]
    for request in requests:
        producer.send(request)
    assert [producer.send(request).base_offset for request in requests[3:]] == [3, 4, 5, 6, 7]
    code, reason, _ = refused(lambda: producer.send(requests[0]))
    assert (code, reason) == (grpc.StatusCode.ALREADY_EXISTS, "DUPLICATE_SEQUENCE")


def test_a_new_epoch_begins_anew_and_fences_the_one_before(cluster, topic, producer, refused):
    old = producer.next(b"old")
    producer.send(old)
    code, reason, _ = refused(lambda: producer.send(producer.request(b"new", epoch=1, sequence=1)))
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OUT_OF_ORDER_SEQUENCE")
    assert producer.send(producer.request(b"new", epoch=1, sequence=0)).base_offset == 1
    for request in (old, producer.next(b"late")):
        code, reason, _ = refused(lambda: producer.send(request))
        assert (code, reason) == (grpc.StatusCode.ABORTED, "FENCED_PRODUCER_EPOCH")


@pytest.mark.parametrize("seed", range(5))
def test_five_requests_under_way_keep_their_order_however_they_come(cluster, topic, producer, seed):
    requests = [producer.next(b"%d" % n) for n in range(5)]
    sent = list(requests)
    random.Random(seed).shuffle(sent)
    answers = {id(r): cluster.broker().Produce.future(r, timeout=20) for r in sent}
    assert [answers[id(r)].result().partitions[0].base_offset for r in requests] == [0, 1, 2, 3, 4]
    assert read(cluster, topic) == [b"%d" % n for n in range(5)]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"producer_id": 0}, id="no id"),
        pytest.param({"producer_id": -7}, id="a negative id"),
        pytest.param({"producer_epoch": -1}, id="a negative epoch"),
        pytest.param({"producer_epoch": 1 << 15}, id="an epoch beyond 15 bits"),
        pytest.param({"base_sequence": -1}, id="a negative number"),
    ],
)
def test_what_cannot_be_a_producer_is_refused(cluster, topic, producer, refused, wrong):
    request = producer.request(b"v")
    for field, value in wrong.items():
        setattr(request.producer, field, value)
    code, reason, _ = refused(lambda: producer.send(request))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert read(cluster, topic) == []


def test_a_producer_names_the_partition_and_only_beside_records(cluster, topic, producer, refused):
    nowhere = producer.request(b"v")
    nowhere.ClearField("partition")
    both = broker.ProduceRequest(
        topic=topic, partition=0, producer=nowhere.producer, batches=kafka.encode([kafka.Record(b"v")])
    )
    for request in (nowhere, both):
        code, reason, _ = refused(lambda: producer.send(request))
        assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")


def test_ids_of_the_cluster_itself_are_refused(cluster, topic, producer, refused):
    producer.id = 1 << 62
    batch = kafka.encode([kafka.Record(b"v")], producer=(producer.id, 0, 0))
    for request in (producer.request(b"v"), broker.ProduceRequest(topic=topic, partition=0, batches=batch)):
        code, reason, _ = refused(lambda: producer.send(request))
        assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


def test_a_batch_with_a_producer_needs_a_number(cluster, topic, producer, refused):
    batch = kafka.encode([kafka.Record(b"v")], producer=(producer.id, 0, -1))
    code, reason, _ = refused(lambda: producer.send(broker.ProduceRequest(topic=topic, partition=0, batches=batch)))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory):
    """A cluster whose broker is killed, and that forgets producers soon."""
    with Cluster(tmp_path_factory.mktemp("producers"), environment=EXPIRY) as running:
        yield running


def attempt(producer, request):
    """Sends, unless the broker has only just begun."""
    try:
        return producer.send(request)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAVAILABLE, error
        return None


def test_a_broker_that_was_killed_knows_what_it_has_written(mortal, name):
    """Also what it had not told anybody yet: the requests are sent to one process and repeated to the next."""
    mortal.create_topic(name)
    producer = Numbered(mortal, name)
    written = []
    for _ in range(3):
        requests = [producer.next(b"%d" % (len(written) + n)) for n in range(5)]
        calls = [mortal.broker().Produce.future(request, timeout=20) for request in requests]
        before = mortal.pid("broker-1")
        os.kill(before, signal.SIGKILL)
        until("another broker", lambda: mortal.pid("broker-1") not in (None, before))
        for call in calls:
            call.exception()
        until("the broker to serve", mortal.is_serving)
        places = [until("the broker at work", lambda r=request: attempt(producer, r)) for request in requests]
        assert [place.base_offset for place in places] == [len(written) + n for n in range(5)]
        written += [request.records[0].value for request in requests]
        assert [producer.send(request).duplicate for request in requests] == [True] * 5
        assert read(mortal, name) == written


def test_a_producer_that_was_silent_for_long_is_told_to_begin_anew(mortal, name, refused):
    mortal.create_topic(name)
    producer = Numbered(mortal, name)
    producer.send(producer.next(b"before"))

    def is_forgotten():
        try:
            producer.send(producer.request(b"after", sequence=7))
        except grpc.RpcError as error:
            return error if "UNKNOWN_PRODUCER_ID" in str(error.trailing_metadata()) else None

    error = until("the producer is forgotten", is_forgotten)
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
    anew = Numbered(mortal, name)
    assert anew.send(anew.next(b"anew")).base_offset == 1
    assert read(mortal, name) == [b"before", b"anew"]
