#!/usr/bin/env python3
"""How fast, and in how much memory, `weir sal convert` turns a large observatory's interface XML into schemas.

    bench/sal/run.py                       2,200 topics of `weir sal synth`, five rounds
    bench/sal/run.py --tree ts_xml/sal_interfaces
    bench/sal/run.py --folder /dev/shm     files in memory: leaves the disk's file system out

All contenders convert the same tree into a new folder, files written and nothing synced, in turn: a round
runs each once, so that what else the machine does hits all of them. The first round warms caches and does
not count. Beside both profiles of weir runs a Python program that does the work of one of them and must
write the same bytes. Exit code 1 when it does not, or when weir takes a second or 200 MB.
"""
import argparse
import filecmp
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = ROOT / "build/peers/venv/bin/python3"  # scripts/test makes it, with lxml and fastavro
PROFILES = ["sal-kafka", "sqr-029"]
LIMIT_SECONDS, LIMIT_MB = 1.0, 200.0


class Run:
    """One process, run to its end: seconds on the wall, in its own code and in the kernel; largest memory in MB."""

    def __init__(self, command):
        with tempfile.TemporaryFile() as output:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                output.seek(0)
                sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{output.read().decode()[-2000:]}")
        self.user, self.system = usage.ru_utime, usage.ru_stime
        self.megabytes = usage.ru_maxrss * 1024 / 1e6


class Contender:
    """`command` makes the command line for a folder to write to."""

    def __init__(self, name, folder, command):
        self.name, self.folder, self.command, self.runs, self.out = name, folder, command, [], None

    def run(self, number):
        # Folders of earlier rounds stay until the end: ext4 passes over inodes that were freed in the last
        # minutes one by one, and making files takes it many times as long.
        self.out = self.folder / str(number)
        run = Run(self.command(str(self.out)))
        if number > 0:
            self.runs.append(run)

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    def worst(self, what):
        return max(getattr(run, what) for run in self.runs)

    def files(self):
        return sorted(path.name for path in self.out.iterdir())

    def row(self):
        size = sum(path.stat().st_size for path in self.out.iterdir()) / 1e6
        return (f"  {self.name:<34} {self.median('wall'):7.3f} {self.worst('wall'):7.3f} {self.median('user'):7.3f} "
                f"{self.median('system'):7.3f} {self.worst('megabytes'):7.1f}  {len(self.files()):6d} {size:6.1f}")


def knows(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    name = re.search(r"model name\s*: (.*)", text)
    return (f"{name[1] if name else platform.processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
            f"{platform.system()} {platform.release()}")


def contenders(options, tree, folder):
    def weir(profile):
        return lambda out: [options.weir, "sal", "convert", tree, "--profile", profile, "--out", out]

    def python(*more):
        return lambda out: [options.python, str(HERE / "python_contender.py"), tree, out, *more]

    for profile in PROFILES:
        yield Contender(f"weir, {profile}", folder / profile, weir(profile))
    parser = "lxml" if knows(options.python, "lxml") else "xml.etree"
    yield Contender(f"Python ({parser}), sqr-029", folder / "python", python())
    if knows(options.python, "fastavro"):
        yield Contender("  the same, parsed by fastavro", folder / "checked", python("--check"))


def different_files(one, other):
    if one.files() != other.files():
        return sorted(set(one.files()) ^ set(other.files()))
    return filecmp.cmpfiles(one.out, other.out, one.files(), shallow=False)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", default=str(ROOT / "build/release/bin/weir"), help="the program to measure")
    parser.add_argument("--python", default=str(PEERS if PEERS.exists() else sys.executable), help="that of the peer")
    parser.add_argument("--tree", help="interface XML to convert instead of a synthetic tree")
    parser.add_argument("--topics", type=int, default=2200, help="size of the synthetic tree")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to write (a temporary folder is made in it and removed); /dev/shm "
                                         "leaves the disk's file system out")
    parser.add_argument("--smoke", action="store_true", help="a small tree, one round and no limits: does it work?")
    options = parser.parse_args()
    if options.smoke:
        options.topics, options.rounds = 60, 1
    with tempfile.TemporaryDirectory(prefix="weir-bench-sal-", dir=options.folder) as folder:
        return bench(options, pathlib.Path(folder))


def bench(options, folder):
    tree = pathlib.Path(options.tree) if options.tree else folder / "tree"
    if not options.tree:
        Run([options.weir, "sal", "synth", "--topics", str(options.topics), "--seed", str(options.seed), "--out",
             str(tree)])
    field = list(contenders(options, str(tree), folder))
    for number in range(options.rounds + 1):
        for contender in field:
            contender.run(number)
    files = list(tree.rglob("*.xml"))
    origin = options.tree or f"{options.topics} topics of `weir sal synth --seed {options.seed}`"
    print(f"machine  {machine()}")
    print(f"tree     {origin}: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB of XML")
    print(f"method   XML in the page cache to JSON files in new folders below {folder.parent}, {options.rounds} rounds")
    print(f"  {'':<34} {'wall s':>7} {'worst':>7} {'user s':>7} {'kernel':>7} {'max MB':>7}  {'files':>6} {'MB':>6}")
    for contender in field:
        print(contender.row())
    ours, peer = field[PROFILES.index("sqr-029")], field[len(PROFILES)]
    print(f"ratio    {peer.median('wall') / ours.median('wall'):.1f} times as fast as the peer on the wall, "
          f"{peer.median('user') / ours.median('user'):.1f} times in user time")
    return judge(options, field[:len(PROFILES)], ours, peer)


def judge(options, weir, ours, peer):
    different = different_files(ours, peer)
    if different:
        print(f"proof    {len(different)} files differ from the peer's, as {different[0]}")
        return 1
    print(f"proof    all {len(ours.files())} files are the peer's, byte for byte")
    slow = [one.name for one in weir if one.median("wall") >= LIMIT_SECONDS or one.worst("megabytes") >= LIMIT_MB]
    if options.smoke:
        return 0
    print(f"limits   {LIMIT_SECONDS:.0f} s and {LIMIT_MB:.0f} MB: {'broken by ' + ', '.join(slow) if slow else 'kept'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
