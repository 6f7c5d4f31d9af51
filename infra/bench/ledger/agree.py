#!/usr/bin/env python3
"""Compares the second verifier with the first over many logs.

    agree.py DIR

Every folder in DIR is an export; `key` in DIR is the log's public key, `older` in an export a checkpoint to compare with, and
`found` what the first verifier said of it: `ok`, reason and first bad index in one line. Exit code 0 if both agree on every log.
"""

import collections
import os
import sys

import verify


def main(folder):
    key = verify.read_key(os.path.join(folder, "key"))
    reasons, differ = collections.Counter(), 0
    for name in sorted(os.listdir(folder)):
        export = os.path.join(folder, name)
        if not os.path.isdir(export):
            continue
        older = os.path.join(export, "older")
        given = [verify.read_checkpoint(older)] if os.path.isfile(older) else []
        found = verify.verify(export, key, given)
        mine = "{} {}".format(found["reason"], found["first_bad"])
        with open(os.path.join(export, "found"), encoding="ascii") as file:
            first = file.read().strip()
        if first != mine:
            differ += 1
            print("{}: first says {}, second says {} ({})".format(name, first, mine, found["message"]))
        reasons[found["reason"]] += 1
    total = sum(reasons.values())
    print("{} logs, {} whole, {} bad, {} differ".format(total, reasons["OK"], total - reasons["OK"], differ))
    for reason, count in reasons.most_common():
        print("  {:24} {}".format(reason, count))
    return 1 if differ or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__, file=sys.stderr) or 2)
