"""What a person sees at a terminal, and a program does not."""

import os
import pty
import subprocess
import time


def shown_at_a_terminal(command, environment, stdin, stdout):
    """Runs a command whose standard error is a terminal; returns what was written there."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=terminal, env=environment)
    os.close(terminal)
    shown = b""
    try:
        while True:
            part = os.read(controller, 4096)
            if not part:
                break
            shown += part
    except OSError:  # the last process that had the terminal has ended
        pass
    os.close(controller)
    return process.wait(20), shown


def test_progress_is_shown_at_a_terminal_and_wiped_away(cluster, topic):
    reader, writer = os.pipe()
    feeder = subprocess.Popen(["sh", "-c", "for n in 1 2 3 4 5 6 7 8; do echo $n; sleep 0.1; done"], stdout=writer)
    os.close(writer)
    status, shown = shown_at_a_terminal(
        [cluster.binaries / "newswire", "produce", topic],
        {**os.environ, **cluster.settings},
        reader,
        subprocess.DEVNULL,
    )
    os.close(reader)
    feeder.wait()
    assert status == 0
    assert b"records written" in shown
    assert shown.endswith(b"\r\x1b[K")


def test_progress_is_not_shown_to_a_program(newswire, topic):
    status, _, complaint = newswire("produce", topic, stdin="a\n")
    assert (status, complaint) == (0, "")


def test_records_at_a_terminal_are_not_mixed_with_progress(cluster, newswire, topic):
    newswire("produce", topic, stdin="".join(f"{n}\n" for n in range(1000)))
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [cluster.binaries / "newswire", "consume", topic],
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, **cluster.settings},
    )
    os.close(terminal)
    shown = b""
    while shown.count(b"\n") < 1000:
        shown += os.read(controller, 65536)
    time.sleep(0.5)
    process.terminate()
    try:
        while part := os.read(controller, 65536):
            shown += part
    except OSError:
        pass
    os.close(controller)
    assert process.wait(10) == 0
    assert sorted(map(int, shown.split())) == list(range(1000))
