"""What a reader is told by a broker that does not know yet that it leads no more."""

import time

import grpc

from Harness import stubs
from Harness.cluster import until
from Harness.stubs import broker, types
from Torture.machines import MACHINES, Machines, every_pair

TOPIC = "news"


def write(machines, through, count):
    """So many records at least: one without an answer is sent again."""
    records = [types.Record(value=b"record")]
    request = broker.ProduceRequest(topic=TOPIC, partition=0, acks=broker.ACKS_ALL, records=records)
    while count > 0:
        try:
            machines.broker(through).Produce(request, timeout=10, wait_for_ready=True)
            count -= 1
        except grpc.RpcError:
            time.sleep(0.1)


def read(machines, through, offset):
    """What one broker says of an offset: the reason why it cannot be read, or nothing if it can."""
    place = broker.ConsumePartition(topic=TOPIC, partition=0, offset=offset)
    try:
        request = broker.ConsumeRequest(partitions=[place])
        for answer in machines.broker(through).Consume(request, timeout=1, wait_for_ready=True):
            if answer.HasField("error"):
                return answer.error.reason
            if answer.records:
                return None
    except grpc.RpcError as error:
        return stubs.reason(error) or error.code().name
    return "nothing"


def test_a_leader_that_was_cut_off_does_not_call_what_others_have_out_of_range(scratch):
    with Machines(scratch) as machines:
        assert machines.create_topic(TOPIC, 1, 3) is None
        write(machines, "broker-1", 10)
        old = machines.partitions(TOPIC)[0].leader_id
        other = f"broker-{old % 3 + 1}"
        pairs = every_pair(f"broker-{old}", MACHINES)
        machines.cut(pairs)
        until("another leader", lambda: machines.partitions(TOPIC)[0].leader_id not in (0, old), 40)
        write(machines, other, 20)
        until("reading from others", lambda: read(machines, other, 25) is None)
        answers = set()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            answers.add(read(machines, f"broker-{old}", 25))
        machines.join(pairs)
        end = time.monotonic() + 30
        while time.monotonic() < end and None not in answers:
            answers.add(read(machines, f"broker-{old}", 25))
        assert "OFFSET_OUT_OF_RANGE" not in answers, answers
        assert None in answers, answers
        # What nobody has is out of range still.
        until("what nobody has", lambda: read(machines, other, 1000) == "OFFSET_OUT_OF_RANGE")
