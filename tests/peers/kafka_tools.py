#!/usr/bin/env python3
"""Apache Kafka's own programs, and with them its Java clients, against `weir broker`.

    kafka_tools.py PATH-OF-WEIR

Topics are made, described, given partitions and configurations; records go in through the console and the
performance producer and come out through consumers of a group; the group is listed, described, reset and deleted;
the cluster, the data folder and offsets are asked for. Needs java and, the first time, mvn.
Exit code 0 passed, 1 failed.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from kafka_clients import Broker, check

TOOL = pathlib.Path(__file__).resolve().parent / "kafka-tool"
TOOLS = "org.apache.kafka.tools."
# KAFKA_VERSION=3.9.0 kafka_tools.py …: the clients of before 4.0, where this program has its old name.
CONSOLE_PRODUCER = ("kafka.tools." if os.environ.get("KAFKA_VERSION", "4").startswith("3") else TOOLS) + "ConsoleProducer"


class Tools:
    def __init__(self, address, folder):
        self.address, self.folder = address, folder

    def run(self, program, *arguments, stdin=None, fails=False):
        """What a program prints; it must succeed, or fail where that is what is wanted."""
        return self.run_as_it_is(program, "--bootstrap-server", self.address, *arguments, stdin=stdin, fails=fails)

    def run_as_it_is(self, program, *arguments, stdin=None, fails=False):
        command = [str(TOOL), program, *map(str, arguments)]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
        check((done.returncode != 0) == fails,
              f"{program} {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def topics(self, *arguments, **how):
        return self.run(TOOLS + "TopicCommand", *arguments, **how)

    def groups(self, *arguments, **how):
        return self.run(TOOLS + "consumer.group.ConsumerGroupCommand", *arguments, **how)

    def configs(self, *arguments, **how):
        return self.run("kafka.admin.ConfigCommand", *arguments, **how)

    def consume(self, topic, count, *arguments):
        text = self.run(TOOLS + "consumer.ConsoleConsumer", "--topic", topic, "--max-messages", count,
                        "--timeout-ms", 30000, *arguments)
        return [line for line in text.splitlines() if line.startswith("record")]


def holds(text, *wanted):
    for words in wanted:
        check(re.search(words, text), f"no '{words}' in:\n{text}")


def test_topics(tools):
    tools.topics("--create", "--topic", "tools", "--partitions", 3, "--config", "retention.ms=86400000")
    holds(tools.topics("--create", "--topic", "tools", fails=True), "already exists")
    holds(tools.topics("--describe", "--topic", "tools"), r"PartitionCount: 3", r"retention\.ms=86400000",
          r"Partition: 2\s+Leader: 1")
    tools.topics("--alter", "--topic", "tools", "--partitions", 4)
    holds(tools.topics("--describe", "--topic", "tools"), r"PartitionCount: 4")
    tools.topics("--create", "--topic", "short.lived")
    holds(tools.topics("--list"), r"(?m)^tools$", r"(?m)^short\.lived$")
    tools.topics("--delete", "--topic", "short.lived")
    check("short.lived" not in tools.topics("--list"), "the deleted topic is still listed")
    print("ok: topics")


def test_configs(tools):
    entity = ("--entity-type", "topics", "--entity-name", "tools")
    tools.configs("--alter", *entity, "--add-config", "cleanup.policy=[delete,compact],max.message.bytes=2000000")
    tools.configs("--alter", *entity, "--delete-config", "max.message.bytes")
    text = tools.configs("--describe", *entity)
    holds(text, r"cleanup\.policy=delete,compact", r"retention\.ms=86400000")
    check("max.message.bytes" not in text, text)
    holds(tools.configs("--alter", *entity, "--add-config", "retention.ms=soon", fails=True), "retention.ms")
    holds(tools.configs("--describe", "--all", "--entity-type", "brokers", "--entity-name", "1"), r"num\.partitions=")
    tools.configs("--alter", *entity, "--delete-config", "cleanup.policy")
    print("ok: configurations")


def test_records(tools):
    sent = [f"record {i}" for i in range(200)]
    tools.run(CONSOLE_PRODUCER, "--topic", "tools", "--property", "parse.key=true", "--property",
              "key.separator=|", "--compression-codec", "zstd", stdin="".join(f"k{i}|{v}\n" for i, v in enumerate(sent)))
    first = tools.consume("tools", 120, "--group", "readers", "--from-beginning")
    second = tools.consume("tools", 80, "--group", "readers")
    check(sorted(first + second) == sorted(sent), f"a group read {len(first)} and {len(second)} records")
    holds(tools.run(TOOLS + "GetOffsetShell", "--topic", "tools"), r"tools:3:\d+")
    perf = tools.run_as_it_is(TOOLS + "ProducerPerformance", "--topic", "perf", "--num-records", 20000,
                              "--record-size", 100, "--throughput", -1, "--producer-props",
                              f"bootstrap.servers={tools.address}", "acks=all")
    holds(perf, r"20000 records sent")
    print("ok: records through console, performance producer and a group")


def test_groups(tools):
    check("readers" in tools.groups("--list").split(), "the group is not listed")
    holds(tools.groups("--list", "--state"), r"readers\s+Empty")
    holds(tools.groups("--describe", "--group", "readers"), r"readers\s+tools\s+3\s+\d+\s+\d+\s+0\b")
    reset = ("--reset-offsets", "--group", "readers", "--topic", "tools", "--to-earliest")
    tools.groups(*reset, "--dry-run")
    holds(tools.groups("--describe", "--group", "readers"), r"readers\s+tools\s+3\s+\d+\s+\d+\s+0\b")
    tools.groups(*reset, "--execute")
    holds(tools.groups("--describe", "--group", "readers"), r"readers\s+tools\s+3\s+0\s+\d+\s+[1-9]\d*\b")
    tools.groups("--delete-offsets", "--group", "readers", "--topic", "tools:3")
    check(not re.search(r"readers\s+tools\s+3\s", tools.groups("--describe", "--group", "readers")), "still there")
    tools.groups("--delete", "--group", "readers")
    check("readers" not in tools.groups("--list").split(), "the deleted group is still listed")
    print("ok: groups")


def test_cluster(tools):
    holds(tools.run_as_it_is(TOOLS + "ClusterTool", "cluster-id", "--bootstrap-server", tools.address),
          r"Cluster ID: \S{22}")
    holds(tools.run(TOOLS + "LogDirsCommand", "--describe", "--topic-list", "tools"), r'"partition":"tools-0"')
    print("ok: the cluster and its data folder")


def main():
    with tempfile.TemporaryDirectory(prefix="weir-kafka-tools-") as folder:
        broker = Broker(sys.argv[1], pathlib.Path(folder))
        broker.start()
        try:
            tools = Tools(broker.address, folder)
            test_topics(tools)
            test_configs(tools)
            test_records(tools)
            test_groups(tools)
            test_cluster(tools)
        finally:
            broker.stop()
    print("Apache Kafka's tools: all passed")


if __name__ == "__main__":
    main()
