"""Few bytes that come to many: nobody who sends or reads them takes the broker's time or memory from the others."""

import struct
import threading
import time
import zlib
from pathlib import Path

import grpc
import pytest

from Harness import kafka
from Harness.stubs import broker, types

MIB = 1 << 20


def produce(cluster, topic, batches):
    request = broker.ProduceRequest(topic=topic, partition=0, batches=batches)
    return cluster.broker().Produce(request, timeout=60).partitions[0]


def record(zeros, delta):
    """A record of so many zeros, in three parts: what is before them, how many there are, and what is behind."""
    inner = b"\0" + kafka.varint(0) + kafka.varint(delta) + kafka.varint(-1) + kafka.varint(zeros)
    behind = kafka.varint(0)
    return kafka.varint(len(inner) + zeros + len(behind)) + inner, zeros, behind


def zstd(parts):
    """A Zstandard frame without a stated size: raw blocks, and blocks of one byte again and again."""
    blocks = []
    for part in parts:
        if isinstance(part, int):
            whole, rest = divmod(part, 128 << 10)
            blocks += [(1, 128 << 10, b"\0")] * whole + [(1, rest, b"\0")] * (rest > 0)
        else:
            blocks.append((0, len(part), part))
    frame = b"\x28\xb5\x2f\xfd\x00\x38"
    for number, (kind, size, content) in enumerate(blocks):
        head = (number == len(blocks) - 1) | kind << 1 | size << 3
        frame += struct.pack("<I", head)[:3] + content
    return frame


def gzip(parts):
    """A gzip stream, made in pieces."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(
        packer.compress(bytes(part) if isinstance(part, int) else part) for part in parts
    ) + packer.flush()


def lz4(parts):
    """An LZ4 frame with independent blocks of 4 MiB at most."""
    whole = b"".join(bytes(part) if isinstance(part, int) else part for part in parts)
    frame = b"\x04\x22\x4d\x18\x60\x70\x73"
    for start in range(0, len(whole), 4 * MIB):
        block = lz4_block(whole[start : start + 4 * MIB])
        frame += struct.pack("<I", len(block)) + block
    return frame + bytes(4)


def lz4_block(content):
    """Literals up to the longest run of zeros, a match for the run, and literals for what is behind."""
    run = content.find(bytes(64))
    before = content[: run + 1]
    zeros = len(content) - len(content[run:].lstrip(b"\0")) - len(before)
    zeros = min(zeros, len(content) - len(before) - 12)
    behind = content[len(before) + zeros :]

    def token(literals, match):
        first = min(literals, 15) << 4 | min(match, 15)
        return bytes([first])

    def more(number):
        if number < 15:
            return b""
        return b"\xff" * ((number - 15) // 255) + bytes([(number - 15) % 255])

    block = token(len(before), zeros - 4) + more(len(before)) + before + b"\x01\x00" + more(zeros - 4)
    return block + token(len(behind), 0) + more(len(behind)) + behind


def snappy(parts):
    """A bare snappy block."""
    out, total = b"", sum(part if isinstance(part, int) else len(part) for part in parts)
    size, number = b"", total
    while number > 0x7F:
        size, number = size + bytes([number & 0x7F | 0x80]), number >> 7
    size += bytes([number])
    for part in parts:
        if isinstance(part, bytes):
            out += bytes([(len(part) - 1) << 2]) + part
            continue
        out += b"\0\0"
        whole, rest = divmod(part - 1, 64)
        out += (bytes([63 << 2 | 2]) + b"\x01\x00") * whole
        out += bytes([(rest - 1) << 2 | 2]) + b"\x01\x00" if rest else b""
    return size + out


CODECS = {"gzip": (1, gzip), "snappy": (2, snappy), "lz4": (3, lz4), "zstd": (4, zstd)}


def bomb(codec, count, zeros):
    """A valid batch of `count` records with so many zeros each."""
    number, pack = CODECS[codec]
    parts = [part for delta in range(count) for part in record(zeros, delta)]
    packed = pack(parts)
    return kafka.encode([kafka.Record(b"")] * count, codec=number, compress=lambda _: packed)


def peak_bytes(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


@pytest.mark.parametrize("codec", CODECS)
def test_a_valid_batch_that_is_small_may_hold_much(cluster, topic, codec):
    batch = bomb(codec, 1, 3 * MIB)
    assert len(batch) < 3 * MIB // 18
    assert produce(cluster, topic, batch).record_count == 1
    request = broker.ConsumeRequest(
        partitions=[broker.ConsumePartition(topic=topic, beginning=True)], until_end=True,
        form=types.RECORDS_FORM_STRUCTURED,
    )
    got = [r.value for answer in cluster.broker().Consume(request, timeout=30) for r in answer.records]
    assert got == [bytes(3 * MIB)]


# So many zeros in snappy are more than a request may have.
@pytest.mark.parametrize("codec", sorted(CODECS.keys() - {"snappy"}))
def test_a_batch_that_holds_too_much_is_refused(cluster, topic, refused, codec):
    code, reason, _ = refused(lambda: produce(cluster, topic, bomb(codec, 1, 65 * MIB)))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")


@pytest.mark.parametrize(
    ("codec", "claim"),
    [
        pytest.param("gzip", lambda packed: packed[:-4] + struct.pack("<I", 7), id="gzip: fewer"),
        pytest.param("gzip", lambda packed: packed[:-4] + b"\xff" * 4, id="gzip: four gigabytes"),
        pytest.param("snappy", lambda packed: b"\xff\xff\xff\xff\x0f" + packed[2:], id="snappy: four gigabytes"),
        pytest.param("snappy", lambda packed: b"\x07" + packed[2:], id="snappy: fewer"),
        pytest.param("zstd", lambda packed: packed[:4] + b"\x20\x07" + packed[6:], id="zstd: fewer"),
        pytest.param(
            "zstd", lambda packed: packed[:4] + b"\xe0" + b"\x7f" * 8 + packed[6:], id="zstd: more than there is"
        ),
        pytest.param("zstd", lambda packed: packed[:5] + b"\xf8" + packed[6:], id="zstd: a window of two terabytes"),
    ],
)
def test_a_size_that_is_only_claimed_is_refused(cluster, topic, refused, codec, claim):
    number, pack = CODECS[codec]
    packed = claim(pack(record(1000, 0)))
    batch = kafka.encode([kafka.Record(b"")], codec=number, compress=lambda _: packed)
    code, reason, _ = refused(lambda: produce(cluster, topic, batch))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda packed: packed + b"\0", id="a byte behind the end"),
        pytest.param(lambda packed: packed + packed, id="everything twice"),
        pytest.param(lambda packed: packed[:-3], id="cut off"),
        pytest.param(lambda packed: b"", id="nothing"),
    ],
)
@pytest.mark.parametrize("codec", CODECS)
def test_what_no_codec_writes_is_refused(cluster, topic, refused, codec, broken):
    number, pack = CODECS[codec]
    packed = broken(pack(record(1000, 0)))
    batch = kafka.encode([kafka.Record(b"")], codec=number, compress=lambda _: packed)
    code, reason, _ = refused(lambda: produce(cluster, topic, batch))
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CORRUPT_RECORD_BATCH")


def test_many_batches_that_hold_much_are_refused_together(cluster, topic, refused):
    one = bomb("zstd", 1, 60 * MIB)
    assert len(one) < 3000
    # Small enough to be looked at on the loop, and half a megabyte of it.
    for batches in (one * 4, one * 200):
        began = time.monotonic()
        code, reason, _ = refused(lambda batches=batches: produce(cluster, topic, batches))
        assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MESSAGE_TOO_LARGE")
        assert time.monotonic() - began < 10
    assert produce(cluster, topic, one).base_offset == 0


def test_while_bombs_come_and_are_read_others_are_served_and_memory_is_bounded(cluster, topic, name):
    one = bomb("zstd", 56, MIB)
    assert len(one) < 3000
    for _ in range(40):
        produce(cluster, topic, one)
    is_over = threading.Event()
    cluster.create_topic(f"{name}-calm")
    waits = []

    def write_calmly():
        while not is_over.is_set():
            began = time.monotonic()
            request = broker.ProduceRequest(topic=f"{name}-calm", partition=0, records=[types.Record(value=b"v")])
            cluster.broker().Produce(request, timeout=20)
            waits.append(time.monotonic() - began)

    calm = threading.Thread(target=write_calmly)
    calm.start()
    try:
        for _ in range(3):
            request = broker.ConsumeRequest(
                partitions=[broker.ConsumePartition(topic=topic, beginning=True)], until_end=True,
                form=types.RECORDS_FORM_STRUCTURED,
            )
            call = cluster.broker().Consume(request, timeout=60)
            offsets = []
            for answer in call:
                offsets += [r.offset for r in answer.records]
                if len(offsets) > 150:
                    break
            call.cancel()
            assert offsets == list(range(len(offsets)))
    finally:
        is_over.set()
        calm.join()
    assert waits and max(waits) < 5
    assert peak_bytes(cluster.pid("broker-1")) < 700 * MIB
