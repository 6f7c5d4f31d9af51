"""Makes the golden checkpoints of this room with Hugging Face transformers, the reference implementation.

Run once, by hand; the tests need the files only:

    python make_golden.py ../resources/golden

Made with transformers 5.18.0 and torch 2.13.0 (CPU, float32, eager attention). Three checkpoints: one per form of gelu, the
second sharded by transformers itself, and one of another shape (three heads of 32, inner width no multiple of a vector) that is
stored in bf16, to which its weights were rounded before the reference ran. Every bias and norm is random and not zero, and the weights are large enough that a
wrong activation, a swapped projection or a shifted position changes the logits far beyond float error. The vocabulary table
has 112 rows of which the texts use 96: the rest is padding.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers import GPTBigCodeConfig, GPTBigCodeForCausalLM

VOCABULARY_USED = 96


def make(folder: pathlib.Path, activation: str, layers: int, seed: int, shard: str, width=32, heads=4, inner=64, bf16=False) -> None:
    generator = torch.Generator().manual_seed(seed)
    config = GPTBigCodeConfig(
        vocab_size=112,
        n_positions=96,
        n_embd=width,
        n_layer=layers,
        n_head=heads,
        n_inner=inner,
        activation_function=activation,
        multi_query=True,
        layer_norm_epsilon=1e-5,
        attn_pdrop=0.0,
        embd_pdrop=0.0,
        resid_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
        attn_implementation="eager",
    )
    model = GPTBigCodeForCausalLM(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if "ln_" in name and name.endswith("weight"):
                weight.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                weight.copy_(0.2 * noise)
            else:
                weight.copy_(0.25 * noise)
        if bf16:
            for weight in model.parameters():
                weight.copy_(weight.bfloat16())
    texts = [torch.randint(0, VOCABULARY_USED, (n,), generator=generator) for n in (83, 9, 1)]
    with torch.no_grad():
        logits = {f"logits.{i}": model(text[None]).logits[0].contiguous() for i, text in enumerate(texts)}
    folder.mkdir(parents=True, exist_ok=True)
    (model.bfloat16() if bf16 else model).save_pretrained(folder, max_shard_size=shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "inputs.json").write_text(json.dumps([text.tolist() for text in texts]) + "\n")
    save_file(logits, folder / "expected.safetensors")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    print("transformers", transformers.__version__, "torch", torch.__version__)
    make(target / "gelu-tanh", "gelu_pytorch_tanh", 3, 20261125, "1GB")
    make(target / "gelu-sharded", "gelu", 2, 20261126, "40KB")
    make(target / "bf16-heads", "gelu_pytorch_tanh", 2, 20261127, "1GB", width=96, heads=3, inner=150, bf16=True)
