"""The arithmetic of `make run`: keys for lines, and whether what came back is what went in.

    compare.py keys INPUT                   each line with its key and a tab before it
    compare.py lines INPUT                  each line, ended by a newline
    compare.py compare INPUT MEMBER…        the JSON lines of all members against the input
    compare.py shared MEMBERS PARTITIONS    a group's description (stdin): all partitions given out evenly
    compare.py caught-up RECORDS            a group's description (stdin): all records committed
"""

import base64
import json
import sys
from collections import defaultdict


def lines_of(path):
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def key_of(line):
    """The fourth word: the same for lines that belong together in most logs."""
    words = line.split()
    return words[3] if len(words) > 3 else b"-"


def content(record, field):
    """A field of a record as bytes: text where it is UTF-8, base64 where it is not."""
    if record.get(field) is not None:
        return record[field].encode()
    encoded = record.get(field + "_base64")
    return None if encoded is None else base64.b64decode(encoded)


def compare(path, members):
    """What is wrong with the records of all members, as sentences."""
    wanted = defaultdict(list)
    for line in lines_of(path):
        wanted[key_of(line)].append(line)
    placed = {}
    for member in members:
        last = {}
        for line in lines_of(member):
            record = json.loads(line)
            partition, offset = record["partition"], record["offset"]
            if (partition, offset) in placed:
                yield f"offset {offset} of partition {partition} came twice"
            if offset <= last.get(partition, -1):
                yield f"offset {offset} of partition {partition} came after {last[partition]}"
            last[partition] = offset
            placed[partition, offset] = content(record, "key"), content(record, "value")
    got = defaultdict(list)
    homes = defaultdict(set)
    for (partition, _), (key, value) in sorted(placed.items()):
        got[key].append(value)
        homes[key].add(partition)
    for key in sorted(wanted.keys() | got.keys(), key=repr):
        if len(homes[key]) > 1:
            yield f"key {key!r} is in partitions {sorted(homes[key])}"
        if wanted[key] != got[key]:
            yield f"key {key!r}: {len(got[key])} of {len(wanted[key])} records, or not in order"


def is_shared(description, members, partitions):
    counts = [
        sum(len(topic["partitions"]) for topic in member["assignment"]) for member in description.get("members", [])
    ]
    return len(counts) == members and sum(counts) == partitions and max(counts) - min(counts) <= 1


def is_caught_up(description, records):
    return sum(p["committed_offset"] or 0 for p in description["offsets"]) == records


def main(command, *arguments):
    out = sys.stdout.buffer
    if command == "keys":
        out.writelines(key_of(line) + b"\t" + line + b"\n" for line in lines_of(arguments[0]))
    elif command == "lines":
        out.writelines(line + b"\n" for line in lines_of(arguments[0]))
    elif command == "compare":
        wrong = list(compare(arguments[0], arguments[1:]))
        for sentence in wrong[:20]:
            print(sentence, file=sys.stderr)
        return not wrong
    else:
        text = sys.stdin.read()
        description = json.loads(text) if text.strip() else {}
        numbers = [int(argument) for argument in arguments]
        return is_shared(description, *numbers) if command == "shared" else is_caught_up(description, *numbers)
    return True


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
