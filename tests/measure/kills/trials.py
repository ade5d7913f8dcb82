"""One kill or cancel of a job at a moment of its life, and what it leaves."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import monotonic, sleep

import psutil

from tests.measure.kills.playground import Playground
from tests.measure.kills.programs import PROGRAMS, Program, children

LONGEST_JOB = 120.0
"""Seconds after which a job counts as hanging."""

SHARES = {"session": 7, "command": 2, "window": 2}
JOB_SHARES = {"forecast": 6, "check": 3, "compare": 5, "benchmark": 3, "replaced": 3, "compile": 1}
"""How often a program, and a job of it, is drawn."""

ONLY_OF_HOSTS = {"replaced", "compile"}
"""Jobs that the command line has no short way to ask for."""

TOGETHER = 40
"""Trials that are sorted by their program."""

CHECKED = 0.25
"""Share of the trials after which a forecast is made in full. After the others, the next job must
run until it is killed."""

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGSTOP)
FATAL = SIGNALS[:-1]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen.

    Attributes:
        program: The name of the program.
        job: The name of its job.
        renew: Whether the job starts a new worker.
        victim: "worker", "program", or "cancel" for none.
        number: The signal; SIGSTOP is followed by a cancel.
        share: The moment, as a share of the job's life.
    """

    program: str
    job: str
    renew: bool
    victim: str
    number: signal.Signals
    share: float


@dataclass(slots=True)
class Trial:
    """What happened.

    Attributes:
        plan: What was to happen.
        faults: What was wrong afterwards.
        moment: The moment, in seconds since the start of the job.
        cancelled_in: Seconds from the cancel to the end of the job; None without one.
        idle: Whether the job had ended before.
    """

    plan: Plan
    faults: list[str]
    moment: float
    cancelled_in: float | None = None
    idle: bool = False

    def __str__(self) -> str:
        plan = self.plan
        what = plan.victim if plan.victim == "cancel" else f"{plan.number.name} of {plan.victim}"
        when = " (idle)" if self.idle else ""
        return f"{plan.program}, {plan.job}: {what} after {self.moment:.2f} s{when}"


def make_plans(chance: Random, kills: int, cancels: int, programs: list[str]) -> list[Plan]:
    """Draw what is to happen, in an order that seldom changes the program."""
    plans = []
    for number in range(kills + cancels):
        program = chance.choices(programs, [SHARES[name] for name in programs])[0]
        jobs = [job for job in JOB_SHARES if program != "command" or job not in ONLY_OF_HOSTS]
        victim = "cancel" if number >= kills else chance.choice(["worker", "worker", "program"])
        plans.append(
            Plan(
                program=program,
                job=chance.choices(jobs, [JOB_SHARES[job] for job in jobs])[0],
                renew=chance.random() < 0.5,
                victim=victim,
                number=chance.choice(SIGNALS if victim == "worker" else FATAL),
                share=chance.random(),
            )
        )
    # A program is kept for some trials; its start takes as long as a trial.
    chance.shuffle(plans)
    return [
        plan
        for first in range(0, len(plans), TOGETHER)
        for plan in sorted(plans[first : first + TOGETHER], key=lambda plan: plan.program)
    ]


Lives = dict[tuple[str, str, bool], float]
"""Program, job, and whether it starts a new worker -> seconds that the job takes."""


class Row:
    """Runs plans one after the other in one playground."""

    def __init__(self, playground: Playground, chance: Random, lives: Lives) -> None:
        """Start nothing before the first plan.

        Args:
            playground: Where it all happens.
            chance: Draws what the plans leave open.
            lives: Receives how long jobs take.
        """
        self._playground = playground
        self._lives = lives
        self._chance = chance
        self._name = ""
        self._program: Program | None = None

    def run(self, plan: Plan) -> Trial:
        """Do what a plan says, and look at what is left."""
        life = self._life(plan)
        program = self._open(plan.program)
        if plan.renew:
            program.renew()
        trial = Trial(plan, [], plan.share * life)
        program.start(plan.job)
        began = monotonic()
        end = program.wait(trial.moment, undisturbed=True)
        trial.idle = end is not None
        if end:
            trial.faults.append(f"the job failed before: {end}")
        if plan.victim == "cancel":
            end = self._cancel(program, trial, end)
        elif plan.victim == "worker":
            end = self._kill_worker(program, trial, end)
        else:
            if program.alive:
                os.kill(program.pid, plan.number)
            end = ""
            self._close()
        if end is None:
            trial.faults.append(f"the job did not end within {monotonic() - began:.0f} s")
            self._close()
        elif end:
            trial.faults.append(f"wrong end: {end}")
        trial.faults += self._playground.faults(self._program.pid if self._program else None)
        if self._chance.random() < CHECKED:
            self._check_that_it_works(trial)
        return trial

    def close(self) -> list[str]:
        """End the program, and return what is wrong then."""
        in_time = self._close()
        return [*([] if in_time else ["the program did not end"]), *self._playground.faults(None)]

    def _cancel(self, program: Program, trial: Trial, end: str | None) -> str | None:
        if end is None:
            asked = monotonic()
            program.cancel()
            end = program.wait(LONGEST_JOB)
            trial.cancelled_in = monotonic() - asked
        return end

    def _kill_worker(self, program: Program, trial: Trial, end: str | None) -> str | None:
        number = trial.plan.number
        if trial.idle and number is signal.SIGSTOP:
            number = signal.SIGKILL
        while not (family := children(program)) and end is None:
            end = program.wait(0.01)  # no worker yet
        if not family:
            return end
        victim = self._chance.choice(family)
        with suppress(psutil.Error):
            victim.send_signal(number)
        if number is signal.SIGSTOP:
            sleep(0.1)
            program.cancel()
        if end is None:
            end = program.wait(LONGEST_JOB)
        if number is signal.SIGSTOP:
            with suppress(psutil.Error):
                victim.resume()  # if the job had ended just before
        return end

    def _check_that_it_works(self, trial: Trial) -> None:
        program = self._open(trial.plan.program)
        program.start("forecast")
        end = program.wait(LONGEST_JOB, undisturbed=True)
        if end is None:
            trial.faults.append("the next job did not end")
            self._close()
        elif end:
            trial.faults.append(f"the next job: {end}")
        trial.faults += self._playground.faults(self._program.pid if self._program else None)

    def _life(self, plan: Plan) -> float:
        """Return the seconds that a job takes where nothing is killed."""
        key = (plan.program, plan.job, plan.renew and plan.program == "session")
        if key not in self._lives:
            program = self._open(plan.program)
            if plan.renew:
                program.renew()
            program.start(plan.job)
            began = monotonic()
            end = program.wait(LONGEST_JOB, undisturbed=True)
            if end != "":
                raise RuntimeError(f"{plan.program}, {plan.job} does not work: {end}")
            self._lives[key] = monotonic() - began
        return self._lives[key]

    def _open(self, name: str) -> Program:
        if self._program is None or name != self._name:
            self._close()
            self._name, self._program = name, PROGRAMS[name](self._playground)
        return self._program

    def _close(self) -> bool:
        program, self._program = self._program, None
        return program is None or program.close()
