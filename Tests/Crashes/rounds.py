"""One crash after another, with everything that was promised checked after each."""

import os
import time

ROUNDS = int(os.environ.get("NEWSWIRE_CRASHES", "20"))


def crash_again_and_again(load, chance, crash):
    """Crashes at random moments under load. `crash` crashes something, starts it again, and says what it was."""
    for number in range(1, ROUNDS + 1):
        load.wait_for_progress()
        time.sleep(chance.uniform(0, 0.2))
        what = crash()
        load.wait_for_progress()
        print(f"crash {number}: {what}: {load.verify()}")
