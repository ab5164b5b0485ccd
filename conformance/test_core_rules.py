"""The OWASP Core Rule Set: the same rules fire as in libmodsecurity, and version 4's own expectations hold."""

import os
import pathlib
import re

import pytest

from support import random_requests
from support.core_rules import DATA, PROGRAM, SETUP, Rules, cases, parts
from support.core_rules_exceptions import DETECTORS, LAST_VALUE, SUMS, VERSION_4
from support.modsecurity import ModSecurity

DETECTION = "SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n"
RANDOM = 600


@pytest.fixture(scope="module")
def requests():
    if not DATA.is_dir():
        pytest.fail(f"the regression requests are absent: {DATA} is no folder; set RINGWALL_TEST_DATA")
    return list(cases())


def engine():
    """What Ringwall puts before the rules, for the library."""
    source = pathlib.Path(__file__).resolve().parents[1] / "crates/ringwall-secrules/src/core_rules.rs"
    return re.search(r'ENGINE: &str = r#"(.*?)"#;', source.read_text(), re.DOTALL).group(1)


def both(level):
    """Ringwall and the library with the same rules."""
    assert PROGRAM.is_file(), f"{PROGRAM} is not there: build it with `cargo build --release --package ringwall-bench`"
    assert SETUP.is_file(), f"{SETUP} is not there: `cargo xtask setup` installs the Core Rule Set"
    names = ("paranoia_level", "executing_paranoia_level")
    writes = ",".join(f"setvar:tx.{name}={level}" for name in names)
    settings = f'SecAction "id:900001,phase:1,pass,nolog,t:none,{writes},setvar:tx.inbound_anomaly_score_threshold=5"\n'
    library = ModSecurity([DETECTION, engine(), SETUP, settings, *parts()])
    return Rules({"level": level, "before": "SecRuleEngine DetectionOnly"}), library


def compared(level, requests, left_out):
    """How many rules fired; every request is asked of both."""
    own, library = both(level)
    count, wrong = 0, []
    for name, request in requests:
        if not request.can_be_asked():
            continue
        theirs, answer = library.ask(request), own.ask(request)
        assert answer["as_defined"], f"{name}: the compiled rules say something else than their definition"
        count += len(theirs)
        difference = (set(theirs) ^ set(answer["ids"])) - left_out
        if difference:
            wrong.append(f"{name}: {sorted(difference)} of {sorted(set(theirs) | set(answer['ids']))}")
    own.close()
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:40])
    return count


@pytest.mark.parametrize("level", [1, 4])
def test_published_requests_fire_the_same_rules(level, requests):
    count = compared(level, [(case.name, case.request) for case in requests], DETECTORS | SUMS)
    assert count > (5_000 if level == 1 else 20_000)


def test_published_texts_in_random_requests_fire_the_same_rules(requests):
    texts = random_requests.texts(requests)
    made = [(f"seed {seed}", random_requests.made(seed, texts)) for seed in range(RANDOM)]
    assert compared(4, made, DETECTORS | SUMS | LAST_VALUE) > 5_000


def test_published_attacks_are_stopped(requests):
    own = Rules({"level": 1})
    asked = [case for case in requests if case.rule in (930100, 932230, 941110, 942190)]
    stopped = [case.name for case in asked if own.ask(case.request)["status"] == 403]
    own.close()
    assert len(stopped) > len(asked) // 2 > 5, f"{len(stopped)} of {len(asked)}"


def test_published_expectations_of_version_4_hold(requests):
    folder = os.environ.get("RINGWALL_CORE_RULES_4")
    if not folder:
        pytest.skip("NOT RUN: version 4 of the Core Rule Set is not here; set RINGWALL_CORE_RULES_4 to its folder")
    sizes = ("arg_name_length=100", "arg_length=400", "total_arg_length=64000", "max_num_args=255", "max_file_size=64100")
    more = ("crs_validate_utf8_encoding=1", "combined_file_sizes=65535", *sizes)
    writes = ",".join(f"setvar:tx.{own}" for own in more)
    own = Rules({"level": 4, "before": f'SecRuleEngine DetectionOnly\nSecAction "id:900005,phase:1,pass,nolog,{writes}"'}, folder)
    wrong = {}
    for case in requests:
        answer = own.ask(case.request)
        assert answer["as_defined"], case.name
        fired = set(answer["ids"])
        if not set(case.expected) <= fired or set(case.unexpected) & fired:
            wrong[case.name] = f"{case.expected} and not {case.unexpected}, but {sorted(fired)}"
    own.close()
    assert wrong.keys() == VERSION_4.keys(), "\n".join(f"{name}: {says}" for name, says in wrong.items())
