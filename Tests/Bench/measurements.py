"""What is measured: one function for each part of the table."""

import os
import shutil
import statistics
import subprocess
import time

from servers import Cluster, end, is_healthy, memory_megabytes, processor_seconds, until

NODES = ("coordinator-1", "broker-1", "group-coordinator-1")
BROKER_CPU = "broker_cpu_seconds_per_gb"
CLIENT_CPU = "client_cpu_seconds_per_gb"
SPEED = "megabytes_per_second"


def size(gigabytes):
    return f"{int(gigabytes * 1000)}MB"


def start(settings, figures):
    """Each service alone, on empty folders, from the start of its process until it says that it serves."""
    with Cluster(settings.binaries, settings.data) as cluster:
        end(cluster.process)
        processes = []
        try:
            for number, node in enumerate(NODES):
                role = node.rpartition("-")[0]
                shutil.rmtree(settings.data / node / "data", ignore_errors=True)
                port = cluster.port_base + 100 + number
                with open(settings.data / f"{node}.log", "wb") as log:
                    began = time.monotonic()
                    processes.append(subprocess.Popen(
                        [str(settings.binaries / f"newswire-{role}"), "--config",
                         str(settings.data / node / f"{role}.yaml")],
                        stdin=subprocess.DEVNULL, stdout=log, stderr=log))
                until(f"{role} serving", lambda: is_healthy(port), pause=0.001)
                figures.add(f"start to serving, {role}", (time.monotonic() - began) * 1e3, "ms", ("<", 150))
            time.sleep(2)
            before = [processor_seconds(process.pid) for process in processes]
            time.sleep(2)
            for node, process in zip(NODES, processes):
                role = node.rpartition("-")[0]
                bound = ("<", 30) if role == "broker" else ("<", 40)
                figures.add(f"memory at rest, {role}, apart from page cache", memory_megabytes(process.pid), "MB", bound)
                figures.add(f"memory at rest, {role}, with it", memory_megabytes(process.pid, "VmRSS"), "MB")
            used = sum(processor_seconds(process.pid) for process in processes) - sum(before)
            figures.add("processor time at rest, all three", used / 2 * 100, "% of a core", ("<", 2))
        finally:
            for process in reversed(processes):
                end(process)


# ---- beside the limit


class Rounds:
    """Limit and product in turns, since the machine is not as fast in one minute as in the next; medians of them."""

    def __init__(self, limits, results):
        self.limits = limits
        self.results = results

    def median(self, key):
        return statistics.median(result[key] for result in self.results)

    def limit(self, key):
        return statistics.median(limit[key] for limit in self.limits)

    def ratio(self, key):
        return statistics.median(
            result[key] / limit[key] for result, limit in zip(self.results, self.limits, strict=True))

    def add(self, figures, name, key, unit, bound=None, ratio_bound=None):
        figures.add(name, self.median(key), unit, bound, self.limit(key), ratio_bound, self.ratio(key))


def in_turns(cluster, settings, limit, product):
    """`limit` and `product` are the words of the two measurements."""
    limits, results = [], []
    for _ in range(settings.rounds):
        limits.append(cluster.bench("limit", "--bytes", size(settings.gigabytes), *limit))
        results.append(cluster.bench(*product, "--records", int(settings.gigabytes * 1e6)))
    return Rounds(limits, results)


def produce_1m(cluster, settings, figures):
    warm = ("--warm-memory", size(settings.gigabytes * 2))
    rounds = in_turns(cluster, settings, ("--batch-bytes", "1MiB", "--only", "synced"),
                      ("produce", "--batch-bytes", "1MiB", *warm))
    name = "produce, batches of 1 MiB"
    rounds.add(figures, f"{name}: broker CPU", BROKER_CPU, "s/GB", ratio_bound=("<=", 1.15))
    rounds.add(figures, f"{name}: throughput", SPEED, "MB/s")
    rounds.add(figures, f"{name}: client CPU", CLIENT_CPU, "s/GB", ("<=", 1.0))


def produce_128k(cluster, settings, figures):
    warm = ("--warm-memory", size(settings.gigabytes * 2))
    rounds = in_turns(cluster, settings, ("--batch-bytes", "128KiB", "--only", "synced"),
                      ("produce", "--batch-bytes", "128KiB", "--partitions", 6, *warm))
    name = "produce, batches of 128 KiB, 6 partitions"
    rounds.add(figures, f"{name}: broker CPU", BROKER_CPU, "s/GB", ratio_bound=("<=", 0.8))
    rounds.add(figures, f"{name}: client CPU", CLIENT_CPU, "s/GB", ("<=", 1.0))
    # The throughput is held against what the pipe does with batches of 1 MiB.
    large = cluster.bench("limit", "--bytes", size(settings.gigabytes), "--batch-bytes", "1MiB", "--only", "synced")
    figures.add(f"{name}: throughput, limit with 1 MiB", rounds.median(SPEED), "MB/s", None, large[SPEED], (">=", 0.6))


def consume(cluster, settings, figures):
    rounds = in_turns(cluster, settings, ("--batch-bytes", "1MiB", "--only", "consumed"),
                      ("consume", "--topic", "bench-consume"))
    rounds.add(figures, "consume: broker CPU", BROKER_CPU, "s/GB", ("<=", 0.8))
    rounds.add(figures, "consume: throughput", SPEED, "MB/s", ratio_bound=(">=", 0.6))
    rounds.add(figures, "consume: client CPU", CLIENT_CPU, "s/GB", ("<=", 0.8))


def loops(cluster, settings, figures):
    """One partition, on the loop of the connection and on the other one: which it is, the threads' cost tells."""
    if os.cpu_count() < 2:
        return

    def greatest(cost, names):
        return max(names, key=lambda name: cost.get(name, 0))

    names = ("loop-0", "loop-1")
    records = int(settings.gigabytes * 1e6)
    warm = ("--warm-memory", size(settings.gigabytes * 2))
    for what, extra in (("produce", warm), ("consume", ("--topic", "bench-loops"))):
        found = {}
        lane = None
        for run in range(10):
            result, cost = cluster.bench_by_thread(what, "--records", records, "--partitions", 1, *extra)
            if what == "produce" or lane is None:
                # The disk thread of the partition's loop has written; with a topic that is there, it was the first run.
                lane = greatest(cost, [f"{name}-disk" for name in names]).removesuffix("-disk")
                if what == "consume":
                    continue
            # Of several runs the cheapest: in the others the host had taken memory back that was warm before.
            is_together = greatest(cost, names) == lane
            if is_together not in found or result[BROKER_CPU] < found[is_together][BROKER_CPU]:
                found[is_together] = result
            if len(found) == 2 and run >= 3:
                break
        for is_together, words in ((True, "on the connection's loop"), (False, "on another loop")):
            if is_together in found:
                bound = ("<=", 1.4 if what == "produce" else 1.0)
                figures.add(f"{what}, partition {words}: broker CPU", found[is_together][BROKER_CPU], "s/GB", bound)


# ---- small records


def calls(cluster, settings, figures):
    many = ("calls", "--records", 300_000, "--under-way", 256, "--seconds", 10)
    cpu = "broker_cpu_microseconds_per_record"
    result = cluster.bench(*many, "--call", "produce", "--acks", "all")
    name = "structured produce of 100 B, acks=all, 256 under way"
    figures.add(name, result["records_per_second"], "calls/s", (">=", 60_000))
    figures.add(f"{name}: broker CPU", result[cpu], "us/call", ("<=", 9))
    result = cluster.bench(*many, "--call", "produce", "--acks", "1")
    figures.add("structured produce of 100 B, acks=1", result["records_per_second"], "calls/s")
    figures.add("structured produce of 100 B, acks=1: broker CPU", result[cpu], "us/call", ("<=", 12))
    result = cluster.bench(*many, "--call", "empty")
    figures.add("empty call", result["records_per_second"], "calls/s")
    figures.add("empty call: broker CPU", result[cpu], "us/call", ("<=", 5))


def one_at_a_time(cluster, settings, figures):
    """Each producer waits for its record; once with connections of their own, once over one client's."""
    words = ("produce", "--one-at-a-time", "--producers", 64, "--linger", "0ms", "--records", 300_000,
             "--warm-up", 5000, "--seconds", 8)
    for name, more in (("", ()), (" of one client", ("--clients", 1))):
        result = cluster.bench(*words, *more)
        name = f"1,000 B one at a time, 64 producers{name}"
        figures.add(name, result["records_per_second"], "records/s", (">=", 40_000))
        figures.add(f"{name}: p99", result["latency_ms"]["p99"], "ms", ("<", 10))
        figures.add(f"{name}: broker CPU", result["broker_cpu_microseconds_per_record"], "us/record")
    words = ("produce", "--rate", 40_000, "--producers", 64, "--clients", 1, "--linger", "0ms", "--records", 240_000,
             "--seconds", 6)
    result = cluster.bench(*words)
    name = "1,000 B at 40,000/s, linger 0, 64 producers of one client"
    figures.add(name, result["records_per_second"], "records/s", (">=", 39_500))
    figures.add(f"{name}: p99", result["latency_ms"]["p99"], "ms", ("<", 10))


def end_to_end(cluster, settings, figures):
    result = cluster.bench("end-to-end", "--rate", 1000, "--records", 8000, "--warm-up", 2000)
    for share, bound in (("p50", 0.8), ("p99", 3)):
        figures.add(f"end to end, 1,000 records/s: {share}", result["latency_ms"][share], "ms", ("<", bound))


# ---- many partitions


def partitions(cluster, settings, figures):
    words = ("produce", "--batch-bytes", "16KiB", "--records", int(settings.gigabytes * 8e5), "--warm-up", 160_000,
             "--seconds", 10)
    few = cluster.bench(*words, "--partitions", 6)
    cluster.create_topic("bench-10000", 10_000)
    many = cluster.bench(*words, "--topic", "bench-10000")
    name = "batches of 16 KiB over 10,000 partitions, limit: over 6"
    figures.add(f"{name}: throughput", many[SPEED], "MB/s", None, few[SPEED], (">=", 0.5))
    figures.add(f"{name}: broker CPU", many[BROKER_CPU], "s/GB", None, few[BROKER_CPU])


def acknowledgements(cluster, settings, figures):
    cluster.create_topic("bench-1000", 1000)
    result = cluster.bench("calls", "--records", 100_000, "--under-way", 1000, "--topic", "bench-1000", "--warm-up", 2000,
                           "--seconds", 10)
    name = "one-record batches over 1,000 partitions, synced"
    figures.add(name, result["records_per_second"], "acks/s", (">=", 20_000))
    figures.add(f"{name}: broker CPU", result["broker_cpu_microseconds_per_record"], "us/ack")


# ---- cold reads


def cold(cluster, settings, figures):
    """How late writes at half speed are while much is read that is not in memory, against without."""
    gigabytes = settings.cold_gigabytes
    records = int(gigabytes * 1e6)
    filled = cluster.bench("produce", "--records", records, "--topic", "cold", "--warm-up", 0, "--warm-memory",
                           size(gigabytes))
    rate = int(filled["records_per_second"] / 2)
    seconds = int(max(8, gigabytes))
    write = ("produce", "--rate", rate, "--records", rate * seconds, "--warm-up", rate, "--seconds", seconds,
             "--warm-memory", size(min(8, seconds * rate / 1e6)))
    alone = cluster.bench(*write)
    writing = cluster.begin(*write)
    time.sleep(2)
    speeds = []
    while writing.is_running():
        cluster.forget_pages()
        reading = cluster.bench("consume", "--records", records, "--topic", "cold", "--warm-up", 0)
        speeds.append(reading[SPEED])
    beside = writing.results()[0]
    name = f"{gigabytes:g} GB read cold while {rate / 1000:.0f} MB/s are written"
    figures.add(f"{name}: p99 of writes, limit: without", beside["latency_ms"]["p99"], "ms", None,
                alone["latency_ms"]["p99"], ("<=", 4))
    figures.add(f"{name}: written, limit: without", beside[SPEED], "MB/s", None, alone[SPEED])
    figures.add(f"{name}: read", statistics.median(speeds), "MB/s")


# ---- three brokers


def three(settings, figures):
    """What replication costs: every record on three brokers of this machine."""
    gigabytes = settings.gigabytes
    with Cluster(settings.binaries, settings.data, brokers=3) as cluster:
        result = cluster.bench("produce", "--replication-factor", 3, "--records", int(gigabytes * 1e6), "--warm-memory",
                               size(gigabytes * 4))
        figures.add("produce, three replicas: CPU of all brokers", result[BROKER_CPU], "s/GB", ("<=", 5.0))
        figures.add("produce, three replicas: throughput", result[SPEED], "MB/s")


def memory(cluster, watch, figures):
    """What the parts before have taken, all of them."""
    figures.add("broker's memory under full load, apart from page cache", watch.end(), "MB", ("<", 200))
    time.sleep(1)
    figures.add("broker's memory behind it, apart from page cache", memory_megabytes(cluster.pid("broker-1")), "MB",
                ("<", 150))
