"""What the README promises works as it stands there."""

import os
import re
import subprocess
import sys

from Harness.stubs import OUT, ROOT


def python_of_readme():
    return re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def run(script, cluster, folder):
    script = script.replace("localhost:9191", f"localhost:{cluster.port('broker')}")
    environment = {**os.environ, **cluster.settings, "PYTHONPATH": str(OUT)}
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_ten_lines_of_python_produce_and_consume(cluster, tmp_path):
    cluster.create_topic("news", partitions=6)
    script = python_of_readme()[0]
    ended = run(script, cluster, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(r"[0-5] 0 1:0\n", ended.stdout)
    assert len([line for line in script.splitlines() if line and not line.startswith(("import", "from"))]) <= 10


def test_the_numbered_records_of_the_readme_are_written_once(cluster, tmp_path):
    cluster.create_topic("goals")
    connect, numbered = python_of_readme()
    connect = connect[: connect.index("broker.Produce(")]
    ended = run(connect + numbered.replace('"news"', '"goals"'), cluster, tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "0 False\n0 True\n"), ended.stderr


def test_the_commands_of_the_readme_write_and_read(cluster):
    made = cluster.run("topics", "create", "readme", "--partitions", "6")
    assert made.returncode == 0, made.stderr
    written = cluster.run("produce", "readme", "--key-separator", ":", stdin=b"sport:1:0\n")
    assert written.returncode == 0, written.stderr
    read = cluster.run("consume", "readme", "--from", "beginning", "--until-end")
    assert (read.returncode, read.stdout) == (0, b"1:0\n")
