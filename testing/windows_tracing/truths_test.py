#!/usr/bin/env python3
"""The comparison finds what is wrong, and nothing else."""

import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from windows_tracing import truths  # pylint: disable=wrong-import-position

TRUTH = {"pid": 7, "outstanding": [{"type": "Key", "count": 90, "function": "ReadSettings", "module": "MyCustomDll.dll", "verdict": "leak",
                                    "file": "settings.c", "line": 37}],
         "open": 103, "unseen": 0, "bad_closes": 0, "before": 13, "unaccounted": 0}


def group(count, culprit, verdict="leak"):
    return {"verdict": verdict, "reason": "a reason", "type": "Key", "call": "NtOpenKeyEx", "outstanding": count, "closed_at_end": 0, "culprit": culprit}


def culprit_at(line):
    return {"module": "MyCustomDll.dll", "function": "ReadSettings(int)", "file": "/src/settings.c", "line": line}


def process():
    """13 that were there before, of which the system's libraries opened 3 in the program's life."""
    return {"pid": 7, "open": 103, "traced": True, "bad_closes": [], "groups": [group(90, culprit_at(37)), group(3, None, "one-off")],
            "coverage": {"open": 103, "explained": 103, "before_tracking": 0, "before_mark": 0, "inherited": 10, "unseen": 0, "lost_events": 0,
                         "inherited_handles": []}}


class Differences(unittest.TestCase):
    def expect_wrong(self, words, change):
        told = process()
        change(told)
        self.assertIn(words, "; ".join(truths.differences(told, TRUTH)))

    def test_a_report_that_says_the_truth_has_none(self):
        self.assertEqual(truths.differences(process(), TRUTH), [])

    def test_a_process_that_is_not_reported_is_one(self):
        self.assertNotEqual(truths.differences(None, TRUTH), [])

    def test_a_wrong_count_is_one(self):
        self.expect_wrong("reported 89, in truth 90", lambda told: told["groups"][0].update(outstanding=89))

    def test_a_wrong_line_is_one(self):
        self.expect_wrong("not in truth", lambda told: told["groups"][0].update(culprit=culprit_at(38)))

    def test_a_wrong_function_is_one(self):
        self.expect_wrong("not in truth", lambda told: told["groups"][0]["culprit"].update(function="ReadLicense"))

    def test_a_wrong_verdict_is_one(self):
        self.expect_wrong("should be leak", lambda told: told["groups"][0].update(verdict="suspect"))

    def test_a_group_of_the_program_that_no_row_has_is_one(self):
        self.expect_wrong("not in truth", lambda told: told["groups"].append(group(1, {"module": "worker.exe", "function": "handle_request"})))

    def test_more_of_the_systems_than_there_were_is_one(self):
        self.expect_wrong("14 of the system's own, in truth 13", lambda told: told["groups"][1].update(outstanding=14))

    def test_a_leak_of_the_systems_is_one(self):
        self.expect_wrong("a leak of the system's", lambda told: told["groups"][1].update(verdict="leak"))

    def test_unseen_handles_are_one(self):
        self.expect_wrong("unseen: reported 1", lambda told: told["coverage"].update(unseen=1))

    def test_sums_that_do_not_hold_are_one(self):
        self.expect_wrong("the sum of all origins", lambda told: told["coverage"].update(inherited=9))

    def test_a_bad_close_that_was_none_is_one(self):
        bad = {"kind": "closed twice", "handle": 4, "count": 1, "noise": False}
        self.expect_wrong("bad closes: reported 1", lambda told: told["bad_closes"].append(bad))

    def test_noise_is_none(self):
        told = process()
        told["bad_closes"] = [{"kind": "not open", "handle": 4, "count": 1, "noise": True}, {"kind": "not open", "handle": 0, "count": 5, "noise": False}]
        self.assertEqual(truths.differences(told, TRUTH), [])

    def test_what_may_be_unseen_may(self):
        truth = copy.deepcopy(TRUTH)
        truth["outstanding"][0] = {"type": "Key", "count": 90, "function": "ReadSettings", "module": "MyCustomDll.dll", "or": "unseen"}
        told = process()
        told["groups"].pop(0)
        told["coverage"].update(unseen=90, explained=13)
        self.assertEqual(truths.differences(told, truth), [])


unittest.main()
