#!/usr/bin/env python3
"""Compares weir's judgement of schemas with Avro Java's.

Usage: avro_compatibility.py PROGRAM [ROUNDS] [SEED], where PROGRAM is the test program weir_avro_oracle.

First the pairs of tests/data/schema_pairs.jsonl: verdicts, types, places and messages must be those of the
file, from both. Where Java is known to judge otherwise the row says so under "java": {"error": true},
{"compatible": ...} or {"locations": false}, and why. Then random schemas and what may become of them over the
years, compared in both directions: weir and Java must give the same list. Whether the data then decode is the
business of avro_resolution.py.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "avro_java"))
from avro_java import AvroJava  # noqa: E402
from oracle_program import Program, expect  # noqa: E402

PAIRS = HERE.parent / "data" / "schema_pairs.jsonl"


def by_weir(weir, reader, writer):
    reply = weir.ask(reader=reader, writer=writer)
    expect("error" not in reply, "weir cannot compare", reader, writer, reply)
    return reply["incompatibilities"]


def by_java(java, reader, writer):
    """The list, or None where Java throws."""
    reply = java.ask(op="compat", reader=reader, writer=writer)
    if "error" in reply:
        return None
    found = [[one["type"], one["location"], one["message"]] for one in reply["incompatibilities"]]
    expect(reply["compatible"] == (not found), "Java contradicts itself", reader, writer, reply)
    return found


def check_pair(weir, java, row):
    reader, writer = json.dumps(row["reader"]), json.dumps(row["writer"])
    expected = row.get("incompatibilities", [])
    expect(row["compatible"] == (not expected), "the row contradicts itself", row)
    found = by_weir(weir, reader, writer)
    expect(found == expected, "weir judges otherwise than the row", row, found)
    theirs = by_java(java, reader, writer)
    known = row.get("java")
    if not known:
        expect(theirs == expected, "Java judges otherwise than the row", row, theirs)
    elif "error" in known:
        expect(theirs is None, "Java no longer throws: correct the row", row, theirs)
    elif "compatible" in known:
        expect(known["compatible"] != row["compatible"], "no difference to be known of", row)
        expect((not theirs) == known["compatible"], "Java judges otherwise than known: correct the row", row, theirs)
    else:
        expect(theirs != expected, "Java no longer differs: correct the row", row)
        without_places = [[one[0], one[2]] for one in theirs]
        expect(without_places == [[one[0], one[2]] for one in expected], "more than places differs", row, theirs)


def check_level(java, row):
    """The verdict alone: the messages are put together by weir, and only their parts come from Java."""
    level = row["level"]
    older = row["old"][::-1] if level.endswith("TRANSITIVE") else row["old"][::-1][:1]
    new = json.dumps(row["new"])
    conflict = False
    for old in (json.dumps(one) for one in older):
        if level.startswith(("BACKWARD", "FULL")):
            conflict |= by_java(java, new, old) != []
        if level.startswith(("FORWARD", "FULL")):
            conflict |= by_java(java, old, new) != []
    expect(conflict != row["compatible"], "Java judges otherwise than the row", row)


def check_evolution(weir, java, seed):
    """Returns how many of the two directions were compatible, and how many were not."""
    story = weir.ask(evolution=seed)
    if "error" in story:
        return 0, 0
    verdicts = []
    for reader, writer in ((story["reader"], story["writer"]), (story["writer"], story["reader"])):
        found = by_weir(weir, reader, writer)
        theirs = by_java(java, reader, writer)
        expect(found == theirs, f"seed {seed}: the lists differ", reader, writer, found, theirs)
        verdicts.append(not found)
    return verdicts.count(True), verdicts.count(False)


def main():
    weir = Program(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with AvroJava() as java:
        rows = [json.loads(line) for line in PAIRS.open(encoding="utf-8")]
        expect(len({row["name"] for row in rows}) == len(rows), "two rows have one name")
        for row in rows:
            check_level(java, row) if "level" in row else check_pair(weir, java, row)
        totals = [0, 0]
        for one in range(seed, seed + rounds):
            totals = [sum(pair) for pair in zip(totals, check_evolution(weir, java, one))]
    expect(min(totals) > rounds / 4, "too little was compared", totals)
    different = sum("java" in row for row in rows)
    print(f"{len(rows)} rows, of which Java judges {different} otherwise as known; evolutions: "
          f"{totals[0]} compatible, {totals[1]} not, the same lists")


if __name__ == "__main__":
    main()
