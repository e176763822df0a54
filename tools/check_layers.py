#!/usr/bin/env python3
"""Checks that every #include follows cmake/rooms.txt, and that only `io` touches the outside world.

Prints each offence as file:line, then one closing line with the number of pairs of rooms that include
each other (it must be 0). Exit 1 on any offence.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "weir"

# Libraries that one room alone may include: prefix of the header -> room that wraps it, or rooms.
WRAPPED = {
    "librdkafka/": "kafka/client", "sqlite3.h": "store", "boost/": "io", "curl/": "io",
    "pugixml": "sal", "CLI/": "cli", "yaml-cpp/": "config", "nlohmann/": "base", "spdlog/": "base",
    "isa-l": "base", "openssl/evp.h": "base", "zlib.h": "compression", "snappy": "compression",
    "lz4": "compression", "zstd": "compression store", "rapidcheck": "avro",
}
# Calls that reach the clock or the file system: only io (and testing, which simulates them) may.
WORLD = re.compile(
    r"system_clock::now|steady_clock::now|\bstd::filesystem::(?!path\b)|\bfopen\(|[io]fstream\b|(?<!\w)::open\(|"
    r"(?<!\w)::p?writev?\(|\bfsync\(|\bfdatasync\(|\bgettimeofday\(|\bclock_gettime\(|\bstd::time\(")
WORLD_ROOMS = {"io", "testing"}


def rooms():
    table = {}
    for line in (ROOT / "cmake" / "rooms.txt").read_text().splitlines():
        match = re.match(r"(\d+)\s+([a-z_/]+)\s*:(.*)$", line)
        if match:
            table[match[2]] = (int(match[1]), match[3].split())
    return table


def room_of(path, table):
    """The innermost room that holds a path relative to src/weir."""
    folder = pathlib.PurePosixPath(path).parent
    while str(folder) != ".":
        if str(folder) in table:
            return str(folder)
        folder = folder.parent
    return None


def main():
    table = rooms()
    offences, edges = [], set()
    for name, (layer, allowed) in table.items():
        for other in allowed:
            if other not in table:
                offences.append(f"cmake/rooms.txt: {name} names {other}, which is no room")
            elif table[other][0] > layer or name in table[other][1]:
                offences.append(f"cmake/rooms.txt: {name} (layer {layer}) may not include {other}")
    for path in sorted(SOURCE.rglob("*.h")) + sorted(SOURCE.rglob("*.cc")):
        relative = path.relative_to(SOURCE).as_posix()
        room = room_of(relative, table)
        if room is None:
            offences.append(f"src/weir/{relative}: lies in no room of cmake/rooms.txt")
            continue
        test = re.search(r"_(test|fuzz|bench)\.cc$", relative) is not None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"src/weir/{relative}:{number}"
            include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if include:
                header = include[1]
                if header.startswith("weir/"):
                    target = room_of(header[len("weir/"):], table)
                    if target is None:
                        offences.append(f"{where}: {header} lies in no room")
                    elif target != room:
                        edges.add((room, target)) if not test else None
                        if target not in table[room][1] and not (test and target == "testing"):
                            offences.append(f"{where}: {room} may not include {target}")
                for prefix, owner in WRAPPED.items():
                    if header.startswith(prefix) and room not in owner.split() and not test:
                        offences.append(f"{where}: only {owner} includes <{header}>")
            elif room not in WORLD_ROOMS and not test and WORLD.search(line.split("//")[0]):
                offences.append(f"{where}: only io reaches the clock and the file system: {line.strip()}")
    pairs = sorted({tuple(sorted(edge)) for edge in edges if edge[::-1] in edges})
    for offence in offences:
        print(offence)
    for one, other in pairs:
        print(f"{one} and {other} include each other")
    print(f"{len(table)} rooms, {len(edges)} edges, {len(offences)} offences, "
          f"{len(pairs)} pairs of rooms that include each other")
    return 1 if offences or pairs else 0


if __name__ == "__main__":
    sys.exit(main())
