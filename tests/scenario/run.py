#!/usr/bin/env python3
"""Runs one scenario: a text file of commands and what they must print, against the real binary.

    # anything after a hash at the start of a line is for the reader
    file broken.xml                 a file in the scenario's own folder; its lines follow, indented by two
      <SALCommandSet>
    $ weir sal convert broken.xml   a bash command line; standard output and error come together
    weir: broken.xml:<number>: ...  what it must print, line by line
    [1]                             its exit code, when it is not 0
    & broker weir broker --port 0   starts a command in the background, under a name
    wait broker <any> port <port>   waits until it prints such a line
    stop broker                     ends it with SIGINT (or: stop broker TERM; stop broker KILL)
    [0]                             its exit code; not looked at when not given
    needs python3                   skips the scenario unless the program or path is there

In expected lines <any> stands for anything, <number> for a number, <time> for a moment in UTC, and any
other <name> for one word that is kept: it must be the same wherever it comes again, and commands have it
as $name. A line of <...> alone stands for any number of lines. Nothing waits by sleeping, and a
background command that the scenario left running is ended with it.

Exit code: 0 passed, 1 failed, 77 skipped.
"""
import argparse
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

REPO = pathlib.Path(__file__).resolve().parent.parent.parent
PATTERNS = {"any": ".*", "number": r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?",
            "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"}
PLACE = re.compile(r"<([a-z_]+)>")


class Failure(Exception):
    pass


def line_pattern(line, known):
    """The regular expression of one expected line; names not yet known become groups."""
    parts, at, fresh = [], 0, set()
    for place in PLACE.finditer(line):
        name = place[1]
        parts.append(re.escape(line[at:place.start()]))
        if name in PATTERNS:
            parts.append(PATTERNS[name])
        elif name in known:
            parts.append(re.escape(known[name]))
        elif name in fresh:
            parts.append(f"(?P={name})")
        else:
            parts.append(rf"(?P<{name}>\S+)")
            fresh.add(name)
        at = place.end()
    parts.append(re.escape(line[at:]))
    return re.compile("".join(parts))


def match_lines(expected, actual, known):
    """What was captured when `actual` is what `expected` says, else None."""
    if not expected:
        return None if actual else dict(known)
    if expected[0] == "<...>":
        for skipped in range(len(actual) + 1):
            found = match_lines(expected[1:], actual[skipped:], known)
            if found is not None:
                return found
        return None
    if not actual:
        return None
    match = line_pattern(expected[0], known).fullmatch(actual[0])
    return match_lines(expected[1:], actual[1:], {**known, **match.groupdict()}) if match else None


class Background:
    """A command that runs beside the scenario; a thread keeps what it prints."""

    def __init__(self, command, folder, environment):
        self.process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=folder, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, errors="replace",
                                        start_new_session=True)
        self.lines, self.seen = queue.Queue(), []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def wait_for(self, expected, known, deadline):
        pattern = line_pattern(expected, known)
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise Failure(f"never printed '{expected}', but:\n" + "\n".join(self.seen))
            self.seen.append(line)
            match = pattern.fullmatch(line)
            if match:
                return match.groupdict()

    def stop(self, name, deadline):
        if self.process.poll() is None:
            self.process.send_signal(getattr(signal, "SIG" + name))
        try:
            code = self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failure(f"did not end after SIG{name}") from None
        return code if code >= 0 else 128 - code

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Scenario:
    def __init__(self, weir, folder, timeout):
        self.folder, self.known, self.background = folder, {}, {}
        self.deadline = time.monotonic() + timeout
        tools = folder / ".tools"
        tools.mkdir()
        (tools / "weir").symlink_to(weir)
        self.environment = {
            "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder),
            "LC_ALL": "C.UTF-8", "REPO": str(REPO),
            "WEIR_CORPUS": os.environ.get("WEIR_CORPUS", str(REPO.parent / "shared" / "corpus"))}
        for name in os.environ:  # so that sanitizers can be steered
            if name.endswith("SAN_OPTIONS"):
                self.environment[name] = os.environ[name]

    def run(self, command):
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=self.folder,
                              env={**self.environment, **self.known}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=max(0.1, self.deadline - time.monotonic()), check=False)
        return done.stdout, done.returncode

    def check(self, command, expected, expected_code):
        output, code = self.run(command)
        captured = match_lines(expected, output.replace("\r\n", "\n").splitlines(), self.known)
        if captured is None or code != expected_code:
            raise Failure(f"expected:\n{chr(10).join(expected)}\n[{expected_code}]\n"
                          f"but it printed:\n{output}[{code}]")
        self.known = captured

    def start(self, name, command):
        self.background[name] = Background(command, self.folder, {**self.environment, **self.known})

    def end(self):
        for background in self.background.values():
            background.kill()


def steps(text):
    """(line number, directive, the lines that belong to it)"""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if re.match(r"(\$|&|file|wait|stop|needs) \S", line):
            found.append((number, line, []))
        elif found:
            found[-1][2].append(line)
        elif line.strip():
            raise Failure(f"line {number} belongs to no command: {line}")
    for _, _, lines in found:
        while lines and not lines[-1].strip():
            lines.pop()
    return found


def code_of(lines, otherwise):
    if lines and re.fullmatch(r"\[\d+\]", lines[-1]):
        return lines[:-1], int(lines[-1][1:-1])
    return lines, otherwise


def perform(scenario, line, lines):
    word, rest = line.split(" ", 1)
    if word == "$":
        scenario.check(rest, *code_of(lines, 0))
        return
    if word == "file":
        path = scenario.folder / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(content[2:] + "\n" for content in lines))
        return
    name, _, rest = rest.partition(" ")
    if word == "&":
        scenario.start(name, rest)
    elif word == "wait":
        scenario.known.update(scenario.background[name].wait_for(rest, scenario.known, scenario.deadline))
    elif word == "stop":
        code = scenario.background[name].stop(rest or "INT", scenario.deadline)
        expected = code_of(lines, code)[1]
        if code != expected:
            raise Failure(f"ended with {code}, not {expected}, after:\n" + "\n".join(
                scenario.background[name].seen))


def main():
    parser = argparse.ArgumentParser(description="run one scenario")
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--timeout", type=float, default=100)
    parser.add_argument("scenario", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-scenario-") as folder:
        scenario = Scenario(arguments.weir.resolve(), pathlib.Path(folder), arguments.timeout)
        number, line = 0, ""
        try:
            for number, line, lines in steps(arguments.scenario.read_text()):
                if line.startswith("needs "):
                    thing = os.path.expandvars(line.split(" ", 1)[1].replace("$WEIR_CORPUS",
                                                                            scenario.environment["WEIR_CORPUS"]))
                    if not shutil.which(thing) and not os.path.exists(thing):
                        print(f"skipped: {thing} is not here")
                        return 77
                else:
                    perform(scenario, line, lines)
        except (Failure, KeyError, subprocess.TimeoutExpired) as failure:
            print(f"{arguments.scenario}:{number}: {line}\n{failure}")
            return 1
        finally:
            scenario.end()
    print("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
