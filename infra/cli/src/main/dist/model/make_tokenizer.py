"""Makes tokenizer.json from the sample text: python3 make_tokenizer.py

A byte-level BPE of StarCoder's form: the same special tokens at ids 0 to 18, digits one by one, then GPT-2's
byte-level splitting. All 256 bytes are in the vocabulary, so every text can be written and read back exactly.
Only the training part of the sample is read, never `heldout` or `northern`.

The committed file was made with Python 3.11 and tokenizers 0.23.2 (`pip install tokenizers`); the same versions
make the same bytes again. The script ends with an error if any sample text does not come back as it was.
"""

import hashlib
import json
import os
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: E402

VOCABULARY = 2048
LANGUAGES = ("en", "fi", "hi", "ja", "vi", "code")
SPECIAL = (
    "<|endoftext|> <fim_prefix> <fim_middle> <fim_suffix> <fim_pad> <filename> <gh_stars> <issue_start> "
    "<issue_comment> <issue_closed> <jupyter_start> <jupyter_text> <jupyter_code> <jupyter_output> <empty_output> "
    "<commit_before> <commit_msg> <commit_after> <reponame>"
).split()
HERE = Path(__file__).parent
SAMPLE = HERE.parent / "sample"


def texts(path):
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def train():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        min_frequency=2,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    corpus = [text for language in LANGUAGES for text in texts(SAMPLE / f"{language}.jsonl")]
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def check(tokenizer):
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    assert [tokenizer.token_to_id(token) for token in SPECIAL] == list(range(len(SPECIAL)))
    for path in sorted(SAMPLE.rglob("*.jsonl")):
        for text in texts(path):
            assert tokenizer.decode(tokenizer.encode(text).ids) == text, f"{path}: does not come back: {text}"


def fertility(tokenizer, part):
    print(f"| {part or 'sample'} | texts | tokens | tokens per character | tokens per byte | bytes per token |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for language in LANGUAGES:
        rows = texts(SAMPLE / part / f"{language}.jsonl")
        tokens = sum(len(tokenizer.encode(text).ids) for text in rows)
        characters = sum(len(text) for text in rows)
        size = sum(len(text.encode()) for text in rows)
        print(
            f"| {language} | {len(rows)} | {tokens} | {tokens / characters:.3f} | {tokens / size:.3f} "
            f"| {size / tokens:.2f} |"
        )
    print()


def main():
    tokenizer = train()
    check(tokenizer)
    target = HERE / "tokenizer.json"
    tokenizer.save(str(target), pretty=False)
    reread = Tokenizer.from_file(str(target))
    check(reread)
    for part in ("", "heldout", "northern", "northern-heldout"):
        fertility(reread, part)
    print(f"{target.name} sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
