"""Faults at random: each begins, lasts for a time, and is healed. The same seed gives the same plan."""

import signal
import time
from dataclasses import dataclass
from typing import Callable

from Torture.machines import BROKERS, MACHINES, every_pair
from Torture.network import CLIENT

UNDER_WAY_MAX = 2
# A process that is told to end hands over first what it leads, for which others must be there.
ENDING_WITHIN = 40.0


@dataclass
class Fault:
    """Something that goes wrong with these machines until `heal` is called at `until`; it may have to wait."""

    name: str
    machines: tuple
    until: float
    heal: Callable
    may_heal: Callable = lambda: True


class Faults:
    """Lets things go wrong, at most two at a time and never two with the same machine."""

    def __init__(self, machines, chance, say):
        self.machines = machines
        self.chance = chance
        self.say = say
        self.under_way = []
        self.counts = {}
        kinds = [(self.kill, 6), (self.kill_brokers, 1), (self.kill_all, 1), (self.pause, 4), (self.end, 3)]
        kinds += [(self.cut_off, 3), (self.cut_between, 3), (self.cut_one_way, 4), (self.cut_clients, 1)]
        if any(disk.why_not is None for disk in machines.disks.values()):
            kinds.append((self.fill_disk, 2))
        self.kinds = [kind for kind, weight in kinds for _ in range(weight)]

    def run(self, seconds):
        """Lets things go wrong for a time, and heals everything afterwards."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if len(self.under_way) < UNDER_WAY_MAX:
                self.begin()
            pause = time.monotonic() + self.chance.uniform(0.2, 2.5)
            while time.monotonic() < min(pause, end):
                self.heal_due()
                time.sleep(0.02)
        self.heal_all()

    def begin(self):
        busy = {machine for fault in self.under_way for machine in fault.machines}
        free = [machine for machine in MACHINES if machine not in busy]
        fault = self.chance.choice(self.kinds)(free)
        if fault is None:
            return
        self.counts[fault.name] = self.counts.get(fault.name, 0) + 1
        self.under_way.append(fault)
        self.say(f"{fault.name}: {', '.join(fault.machines)} for {fault.until - time.monotonic():.1f} s")

    def heal_due(self):
        for fault in [fault for fault in self.under_way if fault.until <= time.monotonic()]:
            if fault.may_heal():
                self.heal(fault)
            elif fault.until < time.monotonic() - ENDING_WITHIN:
                raise AssertionError(f"{fault.name}: {fault.machines} did not end within {ENDING_WITHIN} s")

    def heal_all(self):
        for fault in self.under_way:
            fault.until = min(fault.until, time.monotonic())
        while self.under_way:
            self.heal_due()
            time.sleep(0.02)

    def heal(self, fault):
        self.under_way.remove(fault)
        fault.heal()
        self.say(f"healed: {fault.name} of {', '.join(fault.machines)}")

    def lasting(self, name, machines, seconds, heal):
        return Fault(name, tuple(machines), time.monotonic() + seconds, heal)

    def one_of(self, free, among=MACHINES):
        candidates = [machine for machine in among if machine in free]
        return self.chance.choice(candidates) if candidates else None

    # ---- processes

    def kill(self, free):
        # Brokers have most of the promises.
        machine = self.one_of(free, self.chance.choice([BROKERS, BROKERS, MACHINES]))
        return machine and self.killed("kill -9", [machine])

    def kill_brokers(self, free):
        return self.killed("kill -9 of all brokers", BROKERS) if set(BROKERS) <= set(free) else None

    def kill_all(self, free):
        return self.killed("kill -9 of all at once", MACHINES) if set(MACHINES) <= set(free) else None

    def killed(self, name, victims):
        self.machines.kill(*victims)

        def heal():
            for victim in victims:
                self.machines.start(victim)

        return self.lasting(name, victims, self.chance.choice([0, 0.3, 2, 7]), heal)

    def end(self, free):
        machine = self.one_of(free, BROKERS)
        if machine is None:
            return None
        self.machines.terminate(machine)
        fault = self.lasting(
            "ended in order", [machine], self.chance.uniform(0, 3), lambda: self.machines.start(machine)
        )
        fault.may_heal = lambda: self.machines.has_ended(machine)
        return fault

    def pause(self, free):
        machine = self.one_of(free)
        if machine is None:
            return None
        self.machines.signal(machine, signal.SIGSTOP)
        seconds = self.chance.choice([0.3, 1, 4, 8])
        return self.lasting("paused", [machine], seconds, lambda: self.machines.signal(machine, signal.SIGCONT))

    # ---- networks

    def cut_off(self, free):
        machine = self.one_of(free)
        return machine and self.cut("cut off from all", [machine], every_pair(machine))

    def cut_between(self, free):
        first, second = self.one_of(free, BROKERS), self.one_of(free)
        if first is None or first == second:
            return None
        return self.cut("cut between", [first, second], every_pair(first, [second]))

    def cut_one_way(self, free):
        first, second = self.one_of(free), self.one_of(free)
        if first is None or first == second:
            return None
        return self.cut("one way cut", [first, second], [(first, second)])

    def cut_clients(self, free):
        machine = self.one_of(free, BROKERS)
        return machine and self.cut("cut off from clients", [machine], every_pair(machine, [CLIENT]))

    def cut(self, name, machines, pairs):
        self.machines.cut(pairs)
        seconds = self.chance.choice([0.5, 2, 6, 9])
        return self.lasting(name, machines, seconds, lambda: self.machines.join(pairs))

    # ---- disks

    def fill_disk(self, free):
        machine = self.one_of(free, [name for name, disk in self.machines.disks.items() if disk.why_not is None])
        if machine is None:
            return None
        disk = self.machines.disks[machine]
        disk.fill()
        return self.lasting("disk full", [machine], self.chance.uniform(1, 6), disk.empty)
