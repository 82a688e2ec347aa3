"""Records through pipes, as people use `newswire produce` and `newswire consume`."""

import json
import os
import random
import signal
import subprocess
import time

from Harness.cluster import until


def everything(newswire, topic, *more):
    status, output, complaint = newswire("consume", topic, "--until-end", *more)
    assert status == 0, complaint
    return output


def test_lines_come_back_as_they_were(newswire, topic):
    lines = ["", " blank ", "é", "\t", "x" * 100_000, *map(str, range(1000))]
    status, output, complaint = newswire("produce", topic, "--partition", 1, stdin="\n".join(lines))
    assert (status, complaint) == (0, "")
    assert output.startswith(f"1,005 records") or "1 005 records" in output, output
    assert everything(newswire, topic).split("\n")[:-1] == lines


def test_any_bytes_survive_a_copy_as_json_with_keys_headers_and_times(cluster, newswire, topic):
    chance = random.Random(7)
    records = []
    for number in range(200):
        key, value = chance.randbytes(number % 5), chance.randbytes(number)
        header = chance.randbytes(number % 3)
        records.append((key, value, header))
    from base64 import b64encode

    def text(data):
        return b64encode(data).decode()

    source = "".join(
        json.dumps(
            {
                "key_base64": text(key),
                "value_base64": text(value),
                "headers": [{"key": "h", "value_base64": text(header)}, {"key": "none"}],
                "timestamp_ms": 1_700_000_000_000 + place,
            }
        )
        + "\n"
        for place, (key, value, header) in enumerate(records)
    )
    status, _, complaint = newswire("produce", topic, "--format", "json", stdin=source)
    assert status == 0, complaint
    cluster.create_topic(topic + "-copy", partitions=3)
    printed = everything(newswire, topic, "--format", "json")
    status, _, complaint = newswire("produce", topic + "-copy", "--format", "json", stdin=printed)
    assert status == 0, complaint

    def by_time(lines):
        found = [json.loads(line) for line in lines.splitlines()]
        for record in found:
            del record["topic"], record["offset"]
        return sorted(found, key=lambda record: record["timestamp_ms"])

    copied = by_time(everything(newswire, topic + "-copy", "--format", "json"))
    assert copied == by_time(printed)
    assert len(copied) == len(records)
    from base64 import b64decode

    for record, (key, value, header) in zip(copied, records):
        def content(of, name):
            return b64decode(of[name + "_base64"]) if name + "_base64" in of else of[name].encode()

        assert (content(record, "key"), content(record, "value")) == (key, value)
        assert content(record["headers"][0], "value") == header
        assert record["headers"][1] == {"key": "none", "value": None}


def test_a_line_that_is_no_record_is_named_and_what_came_before_is_written(newswire, topic):
    status, _, complaint = newswire("produce", topic, "--format", "json", stdin='{"value":"a"}\n{"value":1}\n')
    assert status == 1
    assert "line 2: value is a text or null" in complaint
    assert everything(newswire, topic) == "a\n"
    status, _, complaint = newswire("produce", topic, "--key-separator", ":", stdin="no key\n")
    assert status == 1
    assert 'line 1 has no ":" to end its key' in complaint


def test_nothing_is_written_behind_a_line_that_the_cluster_refuses(begin, cluster, newswire):
    topic = f"narrow-{time.time_ns()}"
    cluster.create_topic(topic, partitions=1, **{"max.message.bytes": "2000"})
    lines = [f"{number:04}" + "." * 200 for number in range(5000)]
    lines[100] = "." * 5000
    # The input stays open: nobody has to send another line for the command to end.
    process = begin("produce", topic, "--batch-bytes", "1024", stdin=subprocess.PIPE)
    try:
        process.stdin.write("\n".join([*lines, ""]).encode())
        process.stdin.flush()
    except BrokenPipeError:
        pass
    assert process.wait(20) == 1
    complaint = process.stderr.read().decode()
    assert "100 of " in complaint and "all before line 101 among them; from line 101 on" in complaint, complaint
    assert everything(newswire, topic).splitlines() == lines[:100]


def test_keys_are_split_off_and_printed_and_headers_are_added(newswire, topic):
    status, _, complaint = newswire("produce", topic, "-k", ": ", "-H", "a=1", "-H", "b=", stdin="k: v: w\n: x\n")
    assert status == 0, complaint
    assert sorted(everything(newswire, topic, "-k", "=").splitlines()) == ["=x", "k=v: w"]
    record = json.loads(everything(newswire, topic, "--format", "json").splitlines()[0])
    assert record["headers"] == [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]


def test_reading_begins_where_one_says(newswire, topic):
    for number in range(3):
        stamp = 1_700_000_000_000 + number * 60_000
        line = json.dumps({"value": str(number), "timestamp_ms": stamp})
        assert newswire("produce", topic, "-p", 0, "--format", "json", stdin=line)[0] == 0
    one = ["-p", 0]
    assert everything(newswire, topic, *one, "--from", "1") == "1\n2\n"
    assert everything(newswire, topic, "--from", "2023-11-14T22:14:00Z") == "1\n2\n"
    assert everything(newswire, topic, "--from", "end") == ""
    assert everything(newswire, topic, "--from", "10m") == ""
    assert everything(newswire, topic, *one, "--max-records", 2) == "0\n1\n"
    assert everything(newswire, topic, "--from", "beginning") == "0\n1\n2\n"


def test_the_summary_of_a_produce_is_json_if_one_wants(newswire, topic):
    status, output, _ = newswire("produce", topic, "--output", "json", stdin="a\nbc\n")
    assert status == 0
    said = json.loads(output)
    assert (said["topic"], said["records"], said["failed"], said["bytes"]) == (topic, 2, 0, 3)


def test_a_reader_that_has_enough_ends_the_consumer(begin, newswire, topic):
    newswire("produce", topic, stdin="first\n")
    consumer = begin("consume", topic)
    assert consumer.stdout.readline() == b"first\n"
    # Nothing more is written to the pipe, and still the command ends.
    consumer.stdout.close()
    assert consumer.wait(10) == 0
    assert consumer.stderr.read() == b""


def test_head_ends_a_long_replay(newswire, cluster, topic):
    newswire("produce", topic, stdin="".join(f"{n}\n" for n in range(50_000)))
    program = cluster.binaries / "newswire"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"'{program}' consume {topic} | head -n 3 | wc -l"],
        env={**os.environ, **cluster.settings},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, b"3", b"")


def test_a_disk_that_is_full_is_told(begin, newswire, topic):
    newswire("produce", topic, stdin="a\n")
    with open("/dev/full", "wb") as full:
        consumer = begin("consume", topic, "--until-end", stdout=full)
        assert consumer.wait(10) == 1
    assert b"No space left" in consumer.stderr.read()


def test_ctrl_c_ends_a_consumer_in_order(begin, newswire, topic):
    newswire("produce", topic, stdin="a\n")
    consumer = begin("consume", topic)
    assert consumer.stdout.readline() == b"a\n"
    consumer.send_signal(signal.SIGINT)
    assert consumer.wait(10) == 0
    assert (consumer.stdout.read(), consumer.stderr.read()) == (b"", b"")


def test_ctrl_c_writes_what_a_producer_has_read(begin, newswire, topic):
    producer = begin("produce", topic, "--linger", "60s", stdin=subprocess.PIPE)
    producer.stdin.write(b"a\nb\n")
    producer.stdin.flush()
    time.sleep(1)
    producer.send_signal(signal.SIGINT)
    assert producer.wait(10) == 130
    assert producer.stdout.read().startswith(b"2 records")
    assert sorted(everything(newswire, topic).split()) == ["a", "b"]


def test_two_members_share_a_topic_and_a_group_goes_on_where_it_was(begin, newswire, topic):
    group = "of-" + topic
    members = [begin("consume", topic, "--group", group, "--format", "json") for _ in range(2)]

    def shared():
        status, output, _ = newswire("groups", "describe", group, "--output", "json")
        shares = [len(m["assignment"]) for m in json.loads(output)["members"]] if status == 0 else []
        return len(shares) == 2 and all(shares)

    until("two members with partitions", shared)
    newswire("produce", topic, "-k", ":", stdin="".join(f"{n}:{n}\n" for n in range(300)))

    def caught_up():
        status, output, _ = newswire("groups", "describe", group, "--output", "json")
        return status == 0 and json.loads(output)["lag"] == 0

    until("all is read and committed", caught_up)
    for member in members:
        member.send_signal(signal.SIGTERM)
    outputs = [member.communicate(timeout=15) for member in members]
    assert [member.returncode for member in members] == [0, 0], outputs
    read = [json.loads(line)["value"] for output, _ in outputs for line in output.splitlines()]
    assert sorted(read, key=int) == [str(n) for n in range(300)]
    assert all(output for output, _ in outputs)

    newswire("produce", topic, stdin="more\n")
    status, output, _ = newswire("consume", topic, "--group", group, "--until-end")
    assert (status, output) == (0, "more\n")
    status, output, _ = newswire("groups", "reset-offsets", group, "--to", "earliest")
    assert status == 0
    status, output, _ = newswire("consume", topic, "--group", group, "--max-records", 5)
    assert status == 0 and len(output.splitlines()) == 5
    _, output, _ = newswire("groups", "describe", group, "--output", "json")
    assert json.loads(output)["lag"] == 296  # the five are committed, the last one too
