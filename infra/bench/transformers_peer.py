"""Hugging Face transformers as a peer of `revontuli bench inference`: reads "decode STREAMS STEPS" and "prefill TOKENS
TIMES" from standard input and answers one line of milliseconds, one number a step.

    python transformers_peer.py MODEL_FOLDER THREADS

Weights stay in bf16 as they are in the checkpoint. The clock is the thread's own time with one thread, the wall's with more.
"""

import sys
import time

import torch
import transformers

CONTEXT = 32


def main(folder: str, threads: int) -> None:
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    model = transformers.GPTBigCodeForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, attn_implementation="sdpa").eval()
    print("ready transformers", transformers.__version__, "torch", torch.__version__, "bf16 sdpa", flush=True)
    caches = {}

    def run(ids, cache):
        begin = clock()
        with torch.inference_mode():
            out = model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
        return (clock() - begin) * 1e3, out.past_key_values

    for line in sys.stdin:
        what, first, times = line.split()
        first, times, spent = int(first), int(times), []
        if what == "prefill":
            ids = torch.tensor([[i * 7919 % 49000 for i in range(first)]])
            spent = [run(ids, None)[0] for _ in range(times)]
        else:
            if first not in caches:
                ids = torch.tensor([[(i * 7919 + s) % 49000 for i in range(CONTEXT)] for s in range(first)])
                caches[first] = run(ids, None)[1]
            for r in range(times):
                took, caches[first] = run(torch.tensor([[(r * 31 + s) % 49000] for s in range(first)]), caches[first])
                spent.append(took)
        print(" ".join(f"{ms:.3f}" for ms in spent), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
