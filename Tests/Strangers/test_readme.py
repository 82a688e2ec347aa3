"""What the README promises works as it stands there."""

import os
import re
import subprocess
import sys

from Harness.stubs import OUT, ROOT


def python_of_readme():
    return re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)


def test_the_ten_lines_of_python_produce_and_consume(cluster, tmp_path):
    cluster.create_topic("news", partitions=6)
    script = python_of_readme().replace("localhost:9191", f"localhost:{cluster.port('broker')}")
    environment = {**os.environ, **cluster.settings, "PYTHONPATH": str(OUT)}
    command = [sys.executable, "-c", script]
    ended = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(r"[0-5] 0 1:0\n", ended.stdout)
    assert len([line for line in script.splitlines() if line and not line.startswith(("import", "from"))]) <= 10


def test_the_commands_of_the_readme_write_and_read(cluster):
    made = cluster.run("topics", "create", "readme", "--partitions", "6")
    assert made.returncode == 0, made.stderr
    written = cluster.run("produce", "readme", "--key-separator", ":", stdin=b"sport:1:0\n")
    assert written.returncode == 0, written.stderr
    read = cluster.run("consume", "readme", "--from", "beginning", "--until-end")
    assert (read.returncode, read.stdout) == (0, b"1:0\n")
