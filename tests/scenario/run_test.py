#!/usr/bin/env python3
"""Tests of the scenario runner itself: that it can pass, and above all that it can fail."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUNNER = pathlib.Path(__file__).with_name("run.py")


def run(text, timeout="20"):
    """The runner's exit code for a scenario; `weir` in it is bash."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.test"
        path.write_text(text)
        return subprocess.run([sys.executable, RUNNER, "--weir", "/bin/bash", "--timeout", timeout, path],
                              stdout=subprocess.DEVNULL, check=False).returncode


class Runner(unittest.TestCase):
    def test_passes_what_is_as_expected(self):
        self.assertEqual(run("$ echo a; echo b\na\nb\n\n$ weir -c 'exit 3'\n[3]\n"), 0)

    def test_fails_on_other_output_or_another_code(self):
        self.assertEqual(run("$ echo a\nb\n"), 1)
        self.assertEqual(run("$ echo a\n"), 1)
        self.assertEqual(run("$ true\na\n"), 1)
        self.assertEqual(run("$ false\n"), 1)
        self.assertEqual(run("$ true\n[1]\n"), 1)

    def test_fails_when_a_kept_word_changes(self):
        self.assertEqual(run("$ echo at 5\nat <port>\n$ echo $port 5\n<port> <port>\n"), 0)
        self.assertEqual(run("$ echo at 5\nat <port>\n$ echo 6\n<port>\n"), 1)

    def test_matches_any_and_several_lines(self):
        self.assertEqual(run("$ seq 9; echo 1.5\n1\n<...>\n9\n<number>\n"), 0)
        self.assertEqual(run("$ seq 9\n1\n<...>\n8\n"), 1)

    def test_writes_files(self):
        self.assertEqual(run("file d/a.txt\n  one\n    two\n$ cat d/a.txt\none\n  two\n"), 0)

    def test_waits_for_background_commands_and_ends_them(self):
        script = "& server weir -c 'trap \"exit 7\" INT; echo port 12; while :; do read -t 1 < <(:); done'\n"
        self.assertEqual(run(script + "wait server port <port>\n$ echo $port\n12\nstop server\n[7]\n"), 0)
        self.assertEqual(run(script + "wait server port <port>\nstop server\n[0]\n"), 1)
        self.assertEqual(run("& server weir -c 'echo x'\nwait server port <port>\n"), 1)

    def test_gives_up_in_time(self):
        self.assertEqual(run("& server sleep 60\nwait server never\n", timeout="0.3"), 1)
        self.assertEqual(run("$ sleep 60\n", timeout="0.3"), 1)

    def test_skips_what_is_not_here(self):
        self.assertEqual(run("needs no-such-program\n$ false\n"), 77)


if __name__ == "__main__":
    unittest.main()
