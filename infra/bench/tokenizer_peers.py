"""Encodes documents with tokenizers or tiktoken; one JSON question a line in, one JSON answer a line out."""

import base64
import hashlib
import json
import os
import struct
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def open_tokenizers(file):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(file)
    tokenizer.encode_special_tokens = True
    return tokenizers.__version__, lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def open_tiktoken(file):
    import importlib.metadata

    import tiktoken

    with open(file, "rb") as lines:
        ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line.strip())}
    encoding = tiktoken.Encoding(name="r50k", pat_str=GPT2, mergeable_ranks=ranks, special_tokens={})
    return importlib.metadata.version("tiktoken"), encoding.encode_ordinary


def main():
    open_peers = {}
    for line in sys.stdin:
        question = json.loads(line)
        key = (question["kind"], question["file"])
        if question["do"] == "open":
            opener = open_tokenizers if question["kind"] == "tokenizers" else open_tiktoken
            open_peers[key] = opener(question["file"])
            answer = {"version": open_peers[key][0]}
        else:
            encode = open_peers[key][1]
            documents = question["documents"]
            before = time.thread_time()
            found = [encode(document) for document in documents]
            seconds = time.thread_time() - before
            digest = hashlib.sha256()
            for ids in found:
                digest.update(struct.pack(f">{len(ids)}I", *ids))
            answer = {"seconds": seconds, "ids": sum(map(len, found)), "digest": digest.hexdigest()}
        print(json.dumps(answer), flush=True)


main()
