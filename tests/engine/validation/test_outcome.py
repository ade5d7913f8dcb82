"""The job of a validation, and the outcome that folds its events."""

from engine.results.judgement import Status
from engine.runtime.events import Event, FellBack, Finished
from engine.validation.case import Group
from engine.validation.events import CheckEnded, Validated
from engine.validation.job import Validate
from engine.validation.outcome import ValidationOutcome
from engine.validation.report import CheckResult, Report
from engine.validation.verdict import overall
from tests.support.making import CAPTURED, EAGER
from tests.support.making_runs import MODEL
from tests.support.surroundings import CPU_MACHINE

RESULTS = (
    CheckResult("spike", Group.STRESS, Status.PASS, "Equal to eager, bit by bit."),
    CheckResult("small values", Group.BEHAVIOUR, Status.NOTED, "Clamp changes forecasts."),
    CheckResult("gaps", Group.STRESS, Status.WARN, "The difference is larger than rounding."),
    CheckResult("gaps, since the baseline", Group.BASELINE, Status.PASS, "Nothing changed."),
)


def test_that_an_outcome_holds_all_results_in_order_and_the_report_at_the_end() -> None:
    outcome = ValidationOutcome()
    for result in RESULTS:
        assert outcome.handle(CheckEnded(result))
    before = outcome.report
    assert before is None
    assert tuple(outcome.results) == RESULTS
    assert outcome.counts == {Status.PASS: 2, Status.NOTED: 1, Status.WARN: 1}
    assert outcome.changes == [RESULTS[-1]]
    status, verdict = overall(RESULTS, CAPTURED)
    report = Report(status, verdict, RESULTS, CAPTURED, CPU_MACHINE, MODEL, None, None, 1.0)
    ends: list[Event] = [Validated(report), Finished()]
    for event in ends:
        assert outcome.handle(event)
    assert outcome.report is report
    assert outcome.ending == Finished()


def test_that_a_fallback_of_several_checks_is_news_once() -> None:
    outcome = ValidationOutcome()
    assert outcome.handle(FellBack("It broke."))
    assert not outcome.handle(FellBack("It broke."))
    assert outcome.fallbacks == ["It broke."]


def test_that_a_warning_is_named_with_the_advice_to_read_it() -> None:
    _, verdict = overall(RESULTS, CAPTURED)
    assert verdict == (
        "Read the warning before you use this configuration. 1 of 3 checks warned. "
        "Gaps: The difference is larger than rounding."
    )


def test_that_the_validation_of_an_eager_configuration_compiles_and_holds_out() -> None:
    job = Validate.compiled(EAGER)
    assert job.config == EAGER.replace(enabled=True)
    assert job.compiles
    assert job.holdout
    assert not Validate(config=EAGER).compiles


def test_that_other_settings_or_options_make_a_validation_outdated() -> None:
    job = Validate.compiled(CAPTURED)
    assert job.outdated(Validate.compiled(CAPTURED.replace(enabled=False))) == ""
    assert job.outdated(Validate.compiled(CAPTURED.replace(dtype="bfloat16"))) == "other settings"
    assert job.outdated(Validate.compiled(CAPTURED, holdout=False)) == "other settings"
