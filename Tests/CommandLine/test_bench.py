"""What `newswire bench` measures, says and draws. No figure is checked here: only that each is there and makes sense."""

import json
import xml.etree.ElementTree as ElementTree

SHARES = ("p50", "p90", "p99", "p99.9", "p99.99", "max")


def report(newswire, *arguments, seconds=60):
    status, output, complaint = newswire("bench", *arguments, "--output", "json", seconds=seconds)
    assert status == 0, complaint
    return json.loads(output)


def check_latency(latency, count):
    assert latency["count"] >= count
    values = [latency["min"], *(latency[share] for share in SHARES)]
    assert values == sorted(values) and values[0] > 0


def test_a_report_has_settings_machine_costs_and_what_happened_when(newswire, cluster):
    found = report(newswire, "produce", "--records", 20_000, "--partitions", 3, "--batch-bytes", "64KiB",
                   "--data", cluster.data)
    assert found["command"] == "newswire bench produce"
    assert found["settings"]["partitions"] == 3 and found["settings"]["batch_bytes"] == 65_536
    assert found["settings"]["acks"] == "all"
    assert found["machine"]["cores"] >= 1 and found["machine"]["memory_megabytes"] > 0
    result = found["results"][0]
    assert result["records"] == 20_000 and result["bytes"] == 20_000_000
    assert sorted(result["server_cpu_seconds"]) == ["broker-1", "coordinator-1", "group-coordinator-1"]
    assert result["broker_cpu_seconds"] == result["server_cpu_seconds"]["broker-1"]
    assert result["client_cpu_seconds"] > 0
    assert result["latency_corrected_by"] is None
    width = result["over_time"][1]["second"] if len(result["over_time"]) > 1 else 0.05
    assert round(sum(part["records_per_second"] for part in result["over_time"]) * width) == 20_000


def test_latencies_at_a_steady_rate_count_from_when_records_were_due(newswire):
    found = report(newswire, "produce", "--records", 2000, "--rate", 2000, "--linger", "0ms", "--producers", 3)
    result = found["results"][0]
    assert result["latency_corrected_by"] == "due time"
    check_latency(result["latency_ms"], 2000)
    assert result["latency_ms"]["count"] == 2000
    assert result["records_per_second"] <= 2100


def test_callers_that_wait_are_corrected_for_what_they_left_out(newswire):
    words = ("--one-at-a-time", "--producers", 8, "--clients", 2, "--linger", "0ms")
    result = report(newswire, "produce", "--records", 2000, *words)["results"][0]
    assert result["latency_corrected_by"].startswith("expected interval of ")
    assert result["latency_as_seen_ms"]["count"] == 2000
    check_latency(result["latency_ms"], 2000)


def test_small_calls_can_keep_a_rate(newswire):
    result = report(newswire, "calls", "--records", 1000, "--rate", 2000, "--under-way", 50)["results"][0]
    assert result["latency_corrected_by"] == "due time"
    check_latency(result["latency_ms"], 1000)
    result = report(newswire, "calls", "--records", 1000, "--call", "empty")["results"][0]
    check_latency(result["latency_as_seen_ms"], 1000)


def test_a_measurement_ends_when_its_time_is_over(newswire):
    for words in (("produce", "--rate", 1000), ("produce", "--one-at-a-time"), ("calls",), ("calls", "--rate", 1000)):
        result = report(newswire, *words, "--records", 10_000_000, "--warm-up", 10, "--seconds", 1)["results"][0]
        assert 0 < result["records"] < 10_000_000 and 0.9 < result["seconds"] < 10


def test_reading_and_the_whole_way_are_measured(newswire):
    result = report(newswire, "consume", "--records", 5000)["results"][0]
    assert result["records"] >= 5000 and "latency_ms" not in result
    result = report(newswire, "end-to-end", "--records", 500, "--rate", 1000)["results"][0]
    assert result["latency_ms"]["count"] == 500


def test_a_rate_and_waiting_contradict_each_other(newswire):
    status, _, complaint = newswire("bench", "produce", "--rate", 100, "--one-at-a-time")
    assert status == 2 and "leave one out" in complaint
    status, _, complaint = newswire("bench", "latency", "--rate", 0)
    assert status == 2 and "--rate" in complaint


def test_the_limit_is_measured_for_both_sizes_with_and_without_syncs(newswire, tmp_path):
    found = report(newswire, "limit", "--bytes", "4MiB", "--data", tmp_path)
    results = [(result["kind"], result["batch_bytes"]) for result in found["results"]]
    sizes = (131_072, 1_048_576)
    assert results == [(kind, size) for kind in ("synced", "unsynced", "consumed") for size in sizes]
    assert found["settings"]["cipher"] == "TLS_AES_128_GCM_SHA256"
    for result in found["results"]:
        assert result["client_cpu_seconds_per_gb"] > 0 and result["broker_cpu_seconds_per_gb"] > 0
        assert result["records"] * result["batch_bytes"] == result["bytes"] == 4 << 20
    assert list(tmp_path.iterdir()) == []
    found = report(newswire, "limit", "--bytes", "4MiB", "--data", tmp_path, "--only", "synced", "--batch-bytes", "1MiB")
    assert [result["measured"] for result in found["results"]] == ["limit, produced, synced, 1 MiB"]


def test_two_reports_are_compared(newswire, tmp_path):
    before = report(newswire, "calls", "--records", 500, "--call", "empty")
    before["results"][0]["records_per_second"] *= 1000
    before["settings"]["under_way"] = 1
    file = tmp_path / "before.json"
    file.write_text(json.dumps(before))
    status, output, _ = newswire("bench", "calls", "--records", 500, "--call", "empty", "--compare", file)
    assert status == 0
    assert "Worse: empty call, records/s: 0.00 times" in output
    assert "Not the same was measured: under_way was 1 and is 256." in output
    compared = report(newswire, "calls", "--records", 500, "--call", "empty", "--compare", file)["compared"]
    assert {"measured": "empty call", "figure": "records/s"}.items() <= compared[0].items()
    file.write_text("[1, 2")
    status, _, complaint = newswire("bench", "calls", "--records", 500, "--call", "empty", "--compare", file)
    assert status == 1 and "is no report of newswire bench" in complaint


def test_a_picture_is_drawn(newswire, tmp_path):
    file = tmp_path / "latency.svg"
    status, _, complaint = newswire("bench", "latency", "--records", 500, "--rate", 1000, "--picture", file)
    assert status == 0, complaint
    root = ElementTree.parse(file).getroot()
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"seconds", "latency, milliseconds", "throughput, MB/s", "p50", "p99.9"} <= set(words)
    assert sum(1 for _ in root.iter("{http://www.w3.org/2000/svg}polyline")) >= 6
