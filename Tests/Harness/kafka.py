"""Kafka's record batch, magic 2, written and read from its public description alone."""

import struct
from dataclasses import dataclass, field

HEADER = struct.Struct(">qiibIhiqqqhii")
CRC_TABLE = []
for byte in range(256):
    value = byte
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    CRC_TABLE.append(value)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(number):
    """A zigzag varint."""
    number = (number << 1) ^ (number >> 63)
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def blob(value):
    return varint(-1) if value is None else varint(len(value)) + value


@dataclass
class Record:
    value: bytes | None
    key: bytes | None = None
    headers: list = field(default_factory=list)
    timestamp_ms: int = 0
    offset: int = 0


def encode(
    records, timestamp_ms=1_700_000_000_000, codec=0, compress=lambda b: b, producer=(-1, -1, -1), **wrong
):
    """One batch of records. `producer` is its id, epoch and the first record's number. `wrong` replaces fields of the header: magic, crc, length, count, last_delta; or
    `inside`, the records' bytes."""
    body = b""
    for delta, record in enumerate(records):
        stamp = (record.timestamp_ms or timestamp_ms) - timestamp_ms
        inner = b"\0" + varint(stamp) + varint(delta) + blob(record.key) + blob(record.value)
        inner += varint(len(record.headers))
        for name, value in record.headers:
            inner += blob(name.encode()) + blob(value)
        body += varint(len(inner)) + inner
    body = compress(wrong.get("inside", body))
    greatest = max((r.timestamp_ms or timestamp_ms) for r in records)
    last = wrong.get("last_delta", len(records) - 1)
    count = wrong.get("count", len(records))
    tail = struct.pack(">hiqqqhii", codec, last, timestamp_ms, greatest, *producer, count) + body
    crc = wrong.get("crc", crc32c(tail))
    length = wrong.get("length", len(tail) + 9)
    return struct.pack(">qiibI", 0, length, -1, wrong.get("magic", 2), crc) + tail


def read_varint(data, at):
    shift = result = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (result >> 1) ^ -(result & 1), at


def read_blob(data, at):
    length, at = read_varint(data, at)
    return (None, at) if length < 0 else (data[at : at + length], at + length)


def decode(data, decompress=None):
    """The records of all batches in `data`; a checksum that is wrong is an error."""
    records, at = [], 0
    while at < len(data):
        base, length, _, magic, crc, attributes, _, first, _, _, _, _, count = HEADER.unpack_from(data, at)
        end = at + 12 + length
        assert magic == 2 and end <= len(data), "not a batch"
        assert crc32c(data[at + 21 : end]) == crc, "wrong checksum"
        body = data[at + HEADER.size : end]
        if attributes & 7:
            body = decompress[attributes & 7](body)
        place = 0
        for _ in range(count):
            _, place = read_varint(body, place)
            stamp, place = read_varint(body, place + 1)
            delta, place = read_varint(body, place)
            key, place = read_blob(body, place)
            value, place = read_blob(body, place)
            headers, place = read_headers(body, place)
            records.append(Record(value, key, headers, first + stamp, base + delta))
        at = end
    return records


def read_headers(body, place):
    count, place = read_varint(body, place)
    headers = []
    for _ in range(count):
        name, place = read_blob(body, place)
        value, place = read_blob(body, place)
        headers.append((name.decode(), value))
    return headers, place
