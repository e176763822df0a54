"""Compares how weir reads data written with one schema as another with Avro Java and fastavro.

The program makes random schemas, lets each become another one as schemas do over the years, and reads random data of
the first as the second. Java says which pairs are compatible and reads every datum, fastavro reads every datum. They
agree with weir, or the difference is one of those named below; everything else fails.

usage: avro_resolution.py weir_avro_oracle [rounds] [seed]
"""
import io
import json
import pathlib
import re
import struct
import sys
from collections import Counter

try:
    import fastavro
except ImportError:
    print("fastavro is not installed: pip install -r tests/peers/requirements.txt")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "avro_java"))
from avro_java import AvroJava  # noqa: E402
from oracle_program import Program, expect  # noqa: E402

NO_TEXT = "bytes that are read as a string and are not UTF-8"


def named(schema, found, space=""):
    """The kind and namespace of every named type that a schema defines, by simple name."""
    if isinstance(schema, list):
        for branch in schema:
            named(branch, found, space)
    elif isinstance(schema, dict):
        if "name" in schema:
            space = schema.get("namespace", space)
            found[schema["name"]] = (schema["type"], space)
        for part in [schema.get("items"), schema.get("values")] + [f["type"] for f in schema.get("fields", [])]:
            named(part, found, space)
    return found


class Pair:
    """A writer's and a reader's schema, and the questions that the known differences ask about them."""

    def __init__(self, writer, reader):
        self.texts = {"writer": writer, "reader": reader}
        self.writer = fastavro.parse_schema(json.loads(writer))
        self.reader = fastavro.parse_schema(json.loads(reader))
        self.writers_names = named(json.loads(writer), {})
        self.readers_names = named(json.loads(reader), {})

    def moved(self, *kinds):
        """Names of the reader's types that the writer has in another namespace."""
        return {
            name
            for name, (kind, space) in self.readers_names.items()
            if kind in kinds and self.writers_names.get(name, (kind, space))[1] != space
        }

    def narrowed_items(self):
        """Whether items of an array or a map may be promoted: the reader's could take more bytes."""
        return '"items"' in self.texts["reader"] or '"values"' in self.texts["reader"]


# What weir reads and Avro Java 1.12 refuses: by its message, and what has to be true of the schemas.
JAVA_REFUSES = {
    # The specification goes by the simple name; inside a reader's union Java wants the full one, of records the full
    # one or the same fields.
    "a named type of a reader's union in another namespace": lambda pair, error: (
        (found := re.search(r"Found (?:\w+\.)?(\w+), expecting union", error))
        and found[1] in pair.moved("record", "enum", "fixed")
    ),
    # Java renames the writer's fields beforehand, in records of the same full name only. Its own check of
    # compatibility takes the alias.
    "the alias of a field in a record of another namespace": lambda pair, error: (
        "missing required field" in error and pair.moved("record")
    ),
    # 1.12.2 asks for as many bytes as the reader's items take, of bytes that hold the writer's.
    "items that were shorter when they were written": lambda pair, error: (
        re.search(r"Collection claims \d+ elements with at least \d+ bytes each", error) and pair.narrowed_items()
    ),
}

# What weir refuses and a peer reads: by weir's message.
WEIR_REFUSES = {
    # Java puts U+FFFD where the bytes are no text. A datum that changed on the way is not what was written.
    "bytes that are no text, as a string": lambda error: error.endswith(")") and NO_TEXT in error,
    # The schemas do not match, which is an error, whether or not a datum has items to show it.
    "no items of a type that cannot be read": lambda error: re.search(r"\.(items|values)", error),
    # The specification compares the names of records; Java's reader does not, its check of compatibility does.
    "records of other names": lambda error: re.search(r"(the record '.*' is not read as the record)|(takes the record)", error),
}


def name_of(table, *arguments):
    return next((name for name, holds in table.items() if holds(*arguments)), None)


def plain(value):
    """A value in a form that JSON prints, exactly, and for every order of a map's keys the same."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    return value.hex() if isinstance(value, (bytes, float)) else value


def same(one, other):
    return json.dumps(plain(one)) == json.dumps(plain(other))


def decoded(schema, data, branches=True):
    """The datum, with the names of records that are branches of unions, so that it tells those apart."""
    return fastavro.schemaless_reader(io.BytesIO(data), schema, return_record_name=branches)


def like_fastavro(theirs, ours):
    """Equality that forgives fastavro three things. It gives defaults as they stand in the schema (1 for a double, text
    for bytes); an integer that is read as a float keeps digits that a float does not have; and of a reader's union it
    takes the first branch that a value can be promoted to, where Java and weir take the one of its own type."""
    if isinstance(ours, list):
        return len(theirs) == len(ours) and all(map(like_fastavro, theirs, ours))
    if isinstance(ours, dict):
        return theirs.keys() == ours.keys() and all(like_fastavro(theirs[key], ours[key]) for key in ours)
    if {type(ours), type(theirs)} == {str, bytes}:
        text, data = (ours, theirs) if isinstance(ours, str) else (theirs, ours)
        return data in (text.encode("utf-8"), text.encode("latin-1", "replace"))
    if {type(ours), type(theirs)} <= {int, float}:
        return as_float(theirs) == as_float(ours)
    return type(theirs) is type(ours) and theirs == ours


def as_float(number):
    return struct.unpack("f", struct.pack("f", number))[0] if abs(number) < 3e38 else number


def compare_java(java, pair, one, counts):
    answer = java.ask(op="decode", data=one["written"], **pair.texts)
    details = (pair.texts, one, answer)
    if "error" in answer and "error" in one:
        counts["refused by Java too"] += 1
    elif "error" in answer:
        known = name_of(JAVA_REFUSES, pair, answer["error"])
        expect(known, "Java refuses what weir reads", *details)
        counts["Java: " + known] += 1
    elif "error" in one:
        known = name_of(WEIR_REFUSES, one["error"])
        expect(known, "weir refuses what Java reads", *details)
        counts["Java: " + known] += 1
    else:
        # Not byte for byte: Java's maps have an order of their own.
        theirs, ours = (decoded(pair.reader, bytes.fromhex(each["data"])) for each in (answer, one))
        expect(same(theirs, ours), "Java reads another value", *details)
        counts["read by Java alike"] += 1


def compare_fastavro(pair, one, counts):
    details = (pair.texts, one)
    try:
        data = io.BytesIO(bytes.fromhex(one["written"]))
        theirs = fastavro.schemaless_reader(data, pair.writer, pair.reader)
    except Exception as failure:  # fastavro raises whatever its decoder meets
        # Of a reader's union it takes the first branch that a value can be promoted to: string for bytes.
        known = isinstance(failure, UnicodeDecodeError) and '"string"' in pair.texts["reader"]
        expect(known or "error" in one, "fastavro refuses what weir reads", failure, *details)
        counts["refused by fastavro" + ("" if known and "error" not in one else " too")] += 1
        return
    if "error" in one:
        known = name_of(WEIR_REFUSES, one["error"])
        expect(known, "weir refuses what fastavro reads", theirs, *details)
        counts["fastavro: " + known] += 1
        return
    ours = decoded(pair.reader, bytes.fromhex(one["data"]), branches=False)
    expect(like_fastavro(theirs, ours), "fastavro reads another value", theirs, ours, *details)
    counts["read by fastavro alike"] += 1


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20190121
    program = Program(sys.argv[1])
    counts = Counter()
    with AvroJava() as java:
        for i in range(seed, seed + rounds):
            reply = program.ask(evolution=i)
            expect("error" not in reply or "invalid_argument" in reply["error"], "weir failed", reply)
            if "error" in reply:
                continue  # the change made no valid schema
            pair = Pair(reply["writer"], reply["reader"])
            counts["pairs"] += 1
            counts["compatible"] += reply["total"]
            compatible = java.ask(op="compat", **pair.texts).get("compatible")
            expect(compatible == reply["total"], "Java finds the pair compatible:", compatible, reply)
            for one in reply["read"]:
                counts["data"] += 1
                compare_java(java, pair, one, counts)
                compare_fastavro(pair, one, counts)
    program.process.stdin.close()
    expect(program.process.wait() == 0, "the program ended with an error")
    expect(counts["compatible"] > rounds / 3 and counts["read by Java alike"] > rounds, "too few usable pairs", counts)
    print(f"fastavro {fastavro.__version__}, Avro Java:", ", ".join(f"{n} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    main()
