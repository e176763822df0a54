#!/usr/bin/env python3
"""Kills `weir up` with SIGKILL again and again while a mock observatory goes on, and compares at the end.

usage: kill_up.py WEIR [--interfaces DIR] [--rate FACTOR] [--kills N] [--seed N] [--data DIR]

The mock is a process of its own that is never told of the kills. After the last restart it is stopped,
reports the last sequence number of each topic, and every topic in the store must hold exactly 1..last.
Prints the seed; exit 0 only if nothing is lost and nothing is there twice.
"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request


def get(url, timeout=30):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read()


class Facility:
    """One `weir up` that keeps its addresses over restarts."""

    def __init__(self, weir, interfaces, data):
        self.weir, self.interfaces, self.data = weir, interfaces, data
        self.listen = {"kafka": "127.0.0.1:0", "registry": "127.0.0.1:0", "api": "127.0.0.1:0"}
        self.process, self.starts = None, []

    def start(self):
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [self.weir, "up", "--data", self.data, "--interfaces", self.interfaces,
             "--kafka-listen", self.listen["kafka"], "--registry-listen", self.listen["registry"],
             "--listen", self.listen["api"]],
            stdout=subprocess.DEVNULL, stderr=open(f"{self.data}.log", "a"))
        state = pathlib.Path(self.data) / "up.json"
        while True:
            if self.process.poll() is not None:
                sys.exit(f"weir up ended with {self.process.returncode}; see {self.data}.log")
            try:
                addresses = json.loads(state.read_text())
                if addresses["pid"] == self.process.pid:
                    get(addresses["api"] + "/readyz", 1)
                    break
            except (OSError, ValueError, KeyError):
                pass
            if time.monotonic() - begun > 60:
                sys.exit("weir up is not ready after 60 s")
            time.sleep(0.02)
        strip = lambda url: url.split("://")[-1]
        self.listen = {name: strip(addresses[name]) for name in ("kafka", "registry", "api")}
        self.api = addresses["api"]
        self.starts.append(time.monotonic() - begun)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def sequences(self, topic):
        query = urllib.parse.urlencode({"topic": topic, "fields": "sal_sequence", "format": "csv"})
        lines = get(f"{self.api}/api/v1/query?{query}").decode().splitlines()[1:]
        return [int(line.split(",")[1]) for line in lines]


def compare(facility, expected):
    """Returns (lost, duplicated) over all topics."""
    lost = duplicated = 0
    for topic, last in expected.items():
        if last == 0:
            continue
        try:
            seen = collections.Counter(facility.sequences(topic))
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            seen = collections.Counter()
        missing = [n for n in range(1, last + 1) if n not in seen]
        twice = [n for n, count in seen.items() if count > 1 or n > last or n < 1]
        if missing:
            print(f"  {topic}: lost {len(missing)} of {last}, first {missing[:5]}")
        if twice:
            print(f"  {topic}: duplicated {len(twice)}, first {sorted(twice)[:5]}")
        lost, duplicated = lost + len(missing), duplicated + len(twice)
    return lost, duplicated


def main():
    here = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("weir")
    parser.add_argument("--interfaces", default=str(here / "examples" / "observatory"))
    parser.add_argument("--rate", default="0.1")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--data")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    print(f"seed {options.seed}")

    folder = tempfile.mkdtemp(prefix="weir-kill-")
    facility = Facility(options.weir, options.interfaces, options.data or f"{folder}/data")
    facility.start()
    waits = [dice.uniform(0.3, 2.0) for _ in range(options.kills)]
    report = pathlib.Path(folder) / "mock.json"
    mock = subprocess.Popen(
        [options.weir, "sal", "mock", options.interfaces, "--brokers", facility.listen["kafka"],
         "--rate", options.rate, "--seed", str(options.seed), "--report", str(report)], stdout=subprocess.DEVNULL, stderr=open(f"{folder}/mock.log", "w"))
    try:
        for number, wait in enumerate(waits, 1):
            time.sleep(wait)
            if mock.poll() is not None:
                sys.exit(f"the mock ended early with {mock.returncode}; see {folder}/mock.log")
            facility.kill()
            time.sleep(dice.uniform(0, 0.5))
            facility.start()
            print(f"kill {number:2} after {wait:.2f} s, ready again in {facility.starts[-1]:.2f} s", flush=True)
        time.sleep(2)
        mock.send_signal(signal.SIGINT)  # no more ticks; it waits for what is not acknowledged
        if mock.wait(timeout=300) != 0:
            sys.exit(f"the mock ended with {mock.returncode}; see {folder}/mock.log")
        sent = json.loads(report.read_text())
        expected = {f"lsst.sal.{topic}": counts["last_acknowledged"] for topic, counts in sent["sequences"].items()}
        deadline = time.monotonic() + 120
        while True:
            lost, duplicated = compare(facility, expected) if caught_up(facility, sent) else (None, None)
            if lost == 0 or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if lost is None:
            lost, duplicated = compare(facility, expected)
        code = facility.stop()
    finally:
        for process in (mock, facility.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()
    print(f"{options.kills} kills, sent {sent['sent']}, acknowledged {sent['acknowledged']}, lost {lost}, "
          f"duplicated {duplicated}, clean stop {code}, slowest start {max(facility.starts):.2f} s")
    failed = lost or duplicated or code != 0 or sent["sent"] != sent["acknowledged"] or sent["sent"] == 0
    if failed:
        print(f"kept for a look: {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


def caught_up(facility, sent):
    """True when the store holds as many rows as were acknowledged (its counters begin anew with each start)."""
    topics = json.loads(get(f"{facility.api}/api/v1/topics"))["topics"]
    return sum(topic["rows"] for topic in topics) >= sent["acknowledged"]


if __name__ == "__main__":
    main()
