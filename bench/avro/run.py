#!/usr/bin/env python3
"""Decoding and encoding of telemetry by weir, Avro Java and fastavro: one thread, the same bytes, the same run.

    bench/avro/run.py                 builds and fetches what it needs, takes about five minutes, prints tables
    bench/avro/run.py --smoke --contender PROGRAM     for an instant, peers only where they are installed

A contender is a process that does one task on one topic. It reads a number of seconds per line, works that long on
all messages of FOLDER/TOPIC.messages (four bytes of length, big-endian, then the message, encoded with the schema
FOLDER/TOPIC.avsc), and answers with one line: records, seconds of processor time of its thread, seconds on the
clock, and a check, which is the sum of all values when it decodes and the bytes of all records when it encodes.
All contenders of a task must come to the same check.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOPICS = ("wide", "small")
PYTHON = ROOT / "build/peers/venv/bin/python3"
JAVA_FLAGS = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
WEIR = {
    "decode": {
        "weir, columns": ("decode-columns", "typed arrays of 100 records, then cleared"),
        "weir, visitor": ("decode-visitor", "a call per scalar, a view per array of floats"),
        "weir, tree": ("decode-tree", "Value, a tree as for tests; not the data path"),
    },
    "encode": {
        "weir, append": ("encode-append", "from vectors, code written for the topic"),
        "weir, tree": ("encode-tree", "from Value, checked against the schema"),
    },
}
JAVA_YIELDS = {"decode": "GenericRecord, reused; fast reader", "encode": "from GenericRecord; buffer reused"}
FASTAVRO_YIELDS = {"decode": "dict with lists; compiled reader", "encode": "from dict; compiled writer"}


class Contender:
    """A process that waits for rounds."""

    def __init__(self, name, yields, command):
        self.name = name
        self.yields = yields
        self.is_peer = not name.startswith("weir")
        self.nanoseconds = []
        self.clock_share = []
        self.check = None
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"bench: {self.name} ended without an answer")
        records, cpu, wall, check = (float(word) for word in line.split())
        self.check = check
        return cpu / records * 1e9, cpu / wall

    def measure(self, seconds):
        nanoseconds, share = self.run(seconds)
        self.nanoseconds.append(nanoseconds)
        self.clock_share.append(share)

    @property
    def median(self):
        return statistics.median(self.nanoseconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


class Peers:
    """The other people's libraries, as far as they are there."""

    def __init__(self, classes):
        self.java = None
        self.fastavro = None
        self.versions = []
        homes = sorted((ROOT / "build/peers").glob("avro-java-*/fetched"))
        if homes and subprocess.run(["java", "-version"], capture_output=True).returncode == 0:
            jars = homes[-1].parent / "jars"
            subprocess.run(
                ["javac", "-Xlint:all,-processing,-classfile", "-Werror", "-cp", f"{jars}/*", "-d", str(classes)]
                + [str(HERE / "AvroContender.java")],
                check=True,
            )
            self.java = ["java", *JAVA_FLAGS, "-cp", f"{classes}:{jars}/*", "AvroContender"]
            version = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.splitlines()
            library = homes[-1].parent.name.removeprefix("avro-java-")
            self.versions.append(f"Avro Java {library} on {version[1]} ({' '.join(JAVA_FLAGS)})")
        if PYTHON.exists():
            about = "import fastavro, platform; print('fastavro', fastavro.__version__, 'on Python', platform.python_version())"
            asked = subprocess.run([PYTHON, "-c", about], capture_output=True, text=True)
            if asked.returncode == 0:
                self.fastavro = [str(PYTHON), str(HERE / "fastavro_contender.py")]
                self.versions.append(asked.stdout.strip())

    def contenders(self, task, folder, topic):
        work = [task, str(folder), topic]
        if self.java:
            yield Contender("Avro Java", JAVA_YIELDS[task], self.java + work)
        if self.fastavro:
            yield Contender("fastavro", FASTAVRO_YIELDS[task], self.fastavro + work)


def prepare():
    """Builds weir's contender as users build weir, and fetches the peers by package name."""
    preset = ROOT / "build/release/build.ninja"
    if not preset.exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    build = ["ninja", "-C", "build/release", "weir_avro_contender"]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([ROOT / "tests/peers/avro-java", "--prepare"], check=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
        install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "fastavro"]
        subprocess.run(install, check=True)
    return ROOT / "build/release/bin/weir_avro_contender"


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, {compiler}; load {load}"


def compare(task, topic, folder, program, peers, options):
    contenders = [
        Contender(name, yields, [str(program), kind, str(folder), topic])
        for name, (kind, yields) in WEIR[task].items()
    ]
    contenders += peers.contenders(task, folder, topic)
    try:
        for contender in contenders:
            # A JIT needs the time; for the others a moment fills the caches.
            warm_up = options.warm_up if contender.name == "Avro Java" else min(options.warm_up, 1.0)
            contender.run(warm_up)
        for _ in range(options.rounds):
            for contender in contenders:
                contender.measure(options.seconds)
        if len({contender.check for contender in contenders}) != 1:
            found = ", ".join(f"{contender.name} {contender.check}" for contender in contenders)
            raise SystemExit(f"bench: {task} {topic}: the contenders do not agree: {found}")
        return contenders
    finally:
        for contender in contenders:
            contender.close()


def print_table(task, topic, size, contenders):
    peers = [contender for contender in contenders if contender.is_peer]
    best = min(peers, key=lambda contender: contender.median) if peers else None
    print(f"\n{task} {topic}: {size:.0f} bytes a record")
    print(f"  {'contender':<14} {'ns/record':>10} {'spread':>15} {'MB/s':>8} {'x better peer':>14}  what it yields")
    for contender in contenders:
        ratio = f"{best.median / contender.median:.1f}" if best else "-"
        spread = f"{min(contender.nanoseconds):.0f}-{max(contender.nanoseconds):.0f}"
        rate = size / contender.median * 1e3
        print(f"  {contender.name:<14} {contender.median:>10.0f} {spread:>15} {rate:>8.0f} {ratio:>14}  {contender.yields}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds, in each of which every contender runs once")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one run")
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds before the first round, for Java")
    parser.add_argument("--records", type=int, default=400, help="different records per topic")
    parser.add_argument("--contender", type=pathlib.Path, help="weir's program, built already")
    parser.add_argument("--smoke", action="store_true", help="one run of an instant; peers may be absent")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures of all rounds there")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds, options.warm_up, options.records = 1, 0.001, 0.001, 20
    elif options.rounds < 5:
        parser.error("--rounds: at least 5")
    program = options.contender if options.smoke and options.contender else prepare()
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        peers = Peers(folder / "classes")
        missing = [what for what, there in (("Avro Java", peers.java), ("fastavro", peers.fastavro)) if not there]
        if missing and not options.smoke:
            raise SystemExit(f"bench: not installed: {', '.join(missing)}")
        if options.smoke:
            print("a smoke run: that it works is all it shows, its figures mean nothing")
        for what in missing:
            print(f"absent: {what} (bench/avro/run.py without --smoke fetches it)")
        print(f"machine: {machine()}")
        print(f"versions: weir, Release; {'; '.join(peers.versions)}")
        print(
            f"method: {options.records} different records, one thread, median of {options.rounds} rounds of "
            f"{options.seconds:g} s in turn, Java warmed up for {options.warm_up:g} s a task; processor time of the "
            "working thread; every value is summed"
        )
        for topic in TOPICS:
            (folder / f"{topic}.avsc").write_text((HERE / f"{topic}.avsc").read_text())
            subprocess.run([program, "generate", folder, topic, str(options.records)], check=True)
            size = (folder / f"{topic}.messages").stat().st_size / options.records - 4
            for task in WEIR:
                contenders = compare(task, topic, folder, program, peers, options)
                print_table(task, topic, size, contenders)
                figures[f"{task} {topic}"] = {
                    contender.name: {"ns": contender.nanoseconds, "share_of_clock": contender.clock_share}
                    for contender in contenders
                }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
