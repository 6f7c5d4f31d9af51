"""Checks every sample file and prints the table of README.md: python3 describe.py

Stops with an error when a line is not one JSON object of `id` and `text`, a text is empty, not in NFC or
holds a control character, an id or a text occurs twice anywhere, or a held-out text shares a sentence of
40 characters or more with the text that is trained on. Needs Python 3.9 and nothing else.
"""

import hashlib
import json
import re
import unicodedata
from pathlib import Path

LANGUAGES = ("en", "fi", "hi", "ja", "vi", "code")
PARTS = ("", "heldout", "northern", "northern-heldout")
SENTENCE_END = re.compile(r"(?<=[.!?।。])\s*|\n\n")


def read(path):
    rows = []
    for number, line in enumerate(path.read_bytes().decode("utf-8").splitlines(), start=1):
        row = json.loads(line)
        where = f"{path.name} line {number}"
        text = row["text"]
        assert set(row) == {"id", "text"}, f"{where}: only id and text are allowed"
        assert text.strip(), f"{where}: empty text"
        assert text == unicodedata.normalize("NFC", text), f"{where}: not in NFC"
        assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in text), f"{where}: control character"
        rows.append(row)
    return rows


def main():
    here = Path(__file__).parent
    ids, texts, trained, held_out = set(), set(), set(), []
    print("| file | texts | characters | bytes | median characters | sha256 |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for part in PARTS:
        for language in LANGUAGES:
            path = here / part / f"{language}.jsonl"
            rows = read(path)
            for row in rows:
                assert row["id"] not in ids, f"{path}: id {row['id']} occurs twice"
                assert row["text"] not in texts, f"{path}: text of {row['id']} occurs twice"
                ids.add(row["id"])
                texts.add(row["text"])
                sentences = {s for s in SENTENCE_END.split(row["text"]) if len(s) >= 40}
                if part.endswith("heldout"):
                    held_out.append((row["id"], sentences))
                else:
                    trained |= sentences
            lengths = sorted(len(row["text"]) for row in rows)
            size = sum(len(row["text"].encode()) for row in rows)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            name = path.relative_to(here).as_posix()
            print(f"| {name} | {len(rows)} | {sum(lengths)} | {size} | {lengths[len(lengths) // 2]} | `{digest}` |")
    for row_id, sentences in held_out:
        assert not sentences & trained, f"{row_id} repeats a sentence of the training part: {sentences & trained}"


if __name__ == "__main__":
    main()
