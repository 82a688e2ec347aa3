"""What a user is told when something is wrong: what happened, and what to do next."""

import json
import os
import subprocess
import time

import pytest

from Harness.certificates import authority


def complains(result, status, *words):
    assert result[0] == status, result
    for word in words:
        assert word in result[2], result[2]


def test_a_topic_that_is_not_there(newswire, topic):
    for command in (["consume", "--until-end"], ["produce"], ["topics", "describe"], ["topics", "delete"]):
        result = newswire(*command, "nothing-like-it", stdin="a\n")
        complains(result, 1, "there is no topic", "UNKNOWN_TOPIC", "newswire topics list")
        assert result[1] == ""


def test_a_topic_that_is_misspelt(newswire, topic):
    for command in (["consume", "--until-end"], ["produce"], ["topics", "describe"]):
        complains(newswire(*command, topic + "x", stdin="a\n"), 1, "UNKNOWN_TOPIC", f"Did you mean {topic}?")


def test_a_group_that_is_not_there(newswire):
    complains(newswire("groups", "describe", "nobody"), 1, "there is no group nobody", "newswire groups list")


def test_a_topic_that_is_there_already(newswire, topic):
    complains(newswire("topics", "create", topic), 1, "TOPIC_ALREADY_EXISTS", "--if-not-exists")
    assert newswire("topics", "create", topic, "--if-not-exists")[0] == 0


@pytest.mark.parametrize(
    "words, complaint",
    [
        ([], "say which command"),
        (["topcs"], "did you mean topics?"),
        (["topics", "lst"], "did you mean list?"),
        (["topics", "create", "x", "--partitons", "3"], "did you mean --partitions?"),
        (["topics", "create"], "NAME is missing"),
        (["topics", "create", "a", "b"], 'unexpected word "b"'),
        (["topics", "create", "x", "--partitions", "many"], '"many" is not a whole number'),
        (["topics", "list", "--output", "xml"], "table, json"),
        (["consume", "x", "--from", "tomorrow"], "beginning, end, an offset, a time"),
        (["consume", "x", "--group", "g", "--partition", "1"], "exclude each other"),
        (["consume", "x", "--format", "json", "-k", ":"], "exclude each other"),
        (["produce", "x", "--acks", "2"], "all, 1 or 0"),
        (["produce", "x", "--header", "a"], "a name and a text"),
    ],
)
def test_a_line_that_is_not_understood(newswire, words, complaint):
    result = newswire(*words)
    complains(result, 2, complaint, "--help'.")
    assert result[1] == ""


def test_help_has_examples_and_exit_statuses_and_goes_to_standard_output(newswire):
    for command in ([], ["topics"], ["topics", "create"], ["produce"], ["consume"], ["groups", "reset-offsets"], ["dev"]):
        status, output, complaint = newswire(*command, "--help")
        assert (status, complaint) == (0, "")
        assert "EXAMPLES" in output and "EXIT STATUS" in output
        assert max(map(len, output.splitlines())) <= 110
    assert "130" in newswire("produce", "--help")[1]


def test_a_cluster_that_is_not_there(newswire):
    began = time.monotonic()
    result = newswire("topics", "list", "--bootstrap", "localhost:1")
    complains(result, 1, "localhost:1", "refused", "--bootstrap", "newswire dev")
    assert time.monotonic() - began < 10
    soon = ["--timeout", "1s"]
    nobody = ["--bootstrap", "localhost:1"]
    complains(newswire("produce", "x", *nobody, *soon, stdin="a"), 1, "refused", "--bootstrap")
    complains(newswire("consume", "x", "-g", "g", *nobody, *soon), 1, "refused", "--bootstrap")
    unknown = ["--bootstrap", "nowhere.invalid:9190"]
    complains(newswire("topics", "list", *unknown, *soon), 1, "nowhere.invalid", "--bootstrap")
    complains(newswire("topics", "list", "--bootstrap", "localhost"), 1, "host:port")
    complains(newswire("topics", "list", NEWSWIRE_BOOTSTRAP=""), 2, "--bootstrap")


def test_a_port_that_speaks_something_else(newswire, cluster):
    result = newswire("topics", "list", "--timeout", "2s", "--bootstrap", f"localhost:{cluster.port_base + 100}")
    complains(result, 1, "does not speak TLS", "port")


def test_certificates_that_are_of_no_use(newswire, cluster, tmp_path):
    tls = cluster.data / "tls"
    complains(newswire("topics", "list", "--timeout", "2s", "--ca", tls / "client-ca.pem"), 1, "not trusted here", "--ca")
    complains(newswire("topics", "list", "--cert", "/nowhere.pem"), 1, "/nowhere.pem", "No such file")
    complains(newswire("topics", "list", "--cert", "/dev/null"), 1, "/dev/null", "no certificate")
    complains(newswire("topics", "list", "--key", tls / "broker-1-key.pem"), 1, "does not match")
    stranger = authority("strangers").write(tmp_path, "stranger")
    result = newswire("topics", "list", "--timeout", "2s", "--cert", stranger[0], "--key", stranger[1])
    complains(result, 1, "TLS", "--cert")


def test_json_is_json_everywhere(newswire, topic):
    newswire("produce", topic, stdin="a\n")
    newswire("consume", topic, "--group", "json-" + topic, "--until-end")
    for command in (
        ["topics", "list"],
        ["topics", "describe", topic],
        ["cluster", "describe"],
        ["brokers"],
        ["partitions", "list"],
        ["partitions", "describe", topic],
        ["groups", "list"],
        ["groups", "describe", "json-" + topic],
        ["groups", "reset-offsets", "json-" + topic, "--to", "latest", "--dry-run"],
        ["topics", "create", topic, "--if-not-exists"],
        ["topics", "create", topic + "-dry", "--dry-run"],
        ["topics", "alter", topic, "--config", "retention.ms=60000"],
        ["topics", "delete", topic, "--dry-run"],
        ["groups", "delete", "json-" + topic],
    ):
        status, output, complaint = newswire(*command, "--output", "json")
        assert status == 0, (command, complaint)
        json.loads(output)


def test_a_reader_that_goes_away_is_no_failure(cluster, topic):
    program = cluster.binaries / "newswire"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"'{program}' topics describe {topic} | true"],
        env={**os.environ, **cluster.settings},
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
