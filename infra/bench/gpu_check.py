"""The model's script on a CUDA device, by that machine's own PyTorch: logits, rows, and speed against memory bandwidth.

    python gpu_check.py FOLDER [--device cpu] [--shapes aurora_m_width,m164,aurora_m] [--json FILE]

FOLDER holds the files of `revontuli.causallm.ScriptFile`. Weights are generated here. What this shows is the script and
PyTorch's kernels; DJL, which runs the same script in the services, takes no part.

- logits: of f32 and bf16 on the device against f32 on the CPU, and against Hugging Face transformers with the same weights
- rows: a text alone, among 40 others, and among 100 others must have the same bits in every logit
- speed: milliseconds a decode step of 1, 8, 32 and 64 streams behind 512 positions each (median), tokens in and logits out
  included, and the bytes of weights that a step reads over that time, as a share of what a large copy reads and writes
"""

import argparse
import json
import time

import torch

VOCABULARY, POSITIONS, BLOCK = 49152, 8192, 64
SHAPES = {"aurora_m": (40, 48, 6144), "aurora_m_width": (2, 48, 6144), "m164": (20, 12, 768)}


def tensors(layers, heads, width):
    """Names and shapes in the order in which the script takes them."""
    head, inner = width // heads, 4 * width
    yield "wte.weight", (VOCABULARY, width)
    yield "wpe.weight", (POSITIONS, width)
    for layer in range(layers):
        for name, rows, columns in (
            ("ln_1", width, 0), ("attn.c_attn", width + 2 * head, width), ("attn.c_proj", width, width),
            ("ln_2", width, 0), ("mlp.c_fc", inner, width), ("mlp.c_proj", width, inner),
        ):
            yield f"h.{layer}.{name}.weight", (rows, columns) if columns else (rows,)
            yield f"h.{layer}.{name}.bias", (rows,)
    yield "ln_f.weight", (width,)
    yield "ln_f.bias", (width,)


def generate(shape, device):
    """Weights in bf16 as a checkpoint would have them, the same for every use."""
    generator = torch.Generator(device=device).manual_seed(1)
    weights = {}
    for name, size in tensors(*shape):
        values = torch.randn(size, generator=generator, device=device, dtype=torch.bfloat16) * 0.02
        weights[name] = values + 1 if ".ln_" in name and name.endswith("weight") or name == "ln_f.weight" else values
    return weights


def listed(weights, form):
    """The list that the script takes; for bf16 the packed head and a bias of zeros lie behind."""
    if form == "f32":
        return [w.float() for w in weights.values()]
    packed = [
        w if name.startswith("wte") or ".c_" in name else w.float() for name, w in weights.items()
    ]
    table = weights["wte.weight"]
    return packed + [table, torch.zeros(VOCABULARY, dtype=torch.bfloat16, device=table.device)]


class Model:
    """Slots, prefill and decode as the engine calls them."""

    def __init__(self, folder, name, form, weights, slots, positions):
        shape = SHAPES[name]
        self.device = next(iter(weights.values())).device.type
        self.script = torch.jit.load(f"{folder}/{name}-{self.device}-{form}.pt", map_location=self.device)
        self.weights = listed(weights, form)
        width = shape[2] // shape[1]
        self.slots = [torch.zeros(slots, positions, width, device=self.device) for _ in range(2 * shape[0])]
        self.lengths = [0] * slots

    def prefill(self, slot, ids):
        for at in range(0, len(ids), BLOCK):
            part = torch.tensor(ids[at:at + BLOCK]).to(self.device)
            out = self.script.prefill(part, slot, at, 1, self.weights, self.slots)
        self.lengths[slot] = len(ids)
        return out.cpu()[-1]

    def decode(self, slots, tokens):
        order = sorted(range(len(slots)), key=lambda i: self.lengths[slots[i]] // BLOCK)
        attended = [(self.lengths[slots[i]] // BLOCK + 1) * BLOCK for i in order]
        lengths = sorted(set(attended))
        bounds = [attended.index(length) for length in lengths] + [len(order)]
        ids = torch.tensor([tokens[i] for i in order]).to(self.device)
        positions = torch.tensor([self.lengths[slots[i]] for i in order]).to(self.device)
        rows = torch.tensor([slots[i] for i in order]).to(self.device)
        out = self.script.decode(ids, positions, rows, bounds, lengths, self.weights, self.slots).cpu()
        for slot in slots:
            self.lengths[slot] += 1
        back = torch.empty_like(out)
        back[torch.tensor(order)] = out
        return back


def text(seed, length):
    return [(seed * 7919 + i * 104729 + i * i * 31) % VOCABULARY for i in range(length)]


def follow(model, slots, slot, steps=3):
    """Logits of one slot's text, its prompt and some steps behind, while the other slots run along."""
    found = []
    for s in slots:
        after = model.prefill(s, text(s, 70 + 7 * s % 90))
        if s == slot:
            found.append(after)
    for step in range(steps):
        found.append(model.decode(slots, [(s * 31 + step) % VOCABULARY for s in slots])[slots.index(slot)])
    return torch.stack(found)


def relative(found, expected):
    return float(torch.linalg.norm(found.double() - expected.double()) / torch.linalg.norm(expected.double()))


def rows_are_independent(folder, name, form, weights, many):
    model = Model(folder, name, form, weights, many + 1, 256)
    middle = many // 2
    alone = follow(model, [middle], middle)
    return {str(others): bool(torch.equal(alone, follow(model, list(range(middle - others // 2, middle + others // 2 + 1)), middle)))
            for others in (2, 8, 40, 100) if others <= many}


def transformers_model(shape, weights):
    """The same weights in Hugging Face's own model, not copied."""
    import transformers

    config = transformers.GPTBigCodeConfig(
        vocab_size=VOCABULARY, n_positions=POSITIONS, n_layer=shape[0], n_head=shape[1], n_embd=shape[2],
        activation_function="gelu_pytorch_tanh", multi_query=True, layer_norm_epsilon=1e-5,
        bos_token_id=0, eos_token_id=0, attn_implementation="sdpa")
    with torch.device("meta"):
        model = transformers.GPTBigCodeForCausalLM(config)
    state = {"transformer." + name: w for name, w in weights.items()}
    state["lm_head.weight"] = state["transformer.wte.weight"]
    model.load_state_dict(state, strict=False, assign=True)
    return model.eval(), transformers.__version__


def transformers_logits(shape, weights, ids):
    model, version = transformers_model(shape, {name: w.float().cpu() for name, w in weights.items()})
    return model(torch.tensor([ids]), use_cache=False).logits[0].float(), version


def transformers_speed(shape, weights, streams, times):
    """Milliseconds a decode step behind 512 positions each, logits out included, and of a prefill of 512."""
    model, version = transformers_model(shape, weights)
    device = weights["wte.weight"].device
    found = {"version": version, "ms_per_step": {}}
    for n in streams:
        state = model(torch.tensor([text(s, 512) for s in range(n)]).to(device), use_cache=True, logits_to_keep=1)
        cache = state.past_key_values

        def step():
            ids = torch.tensor([[s + 5] for s in range(n)]).to(device)
            model(ids, past_key_values=cache, use_cache=True).logits.float().cpu()

        found["ms_per_step"][str(n)] = round(timed(step, times), 3)
    ids = torch.tensor([text(0, 512)]).to(device)
    found["prefill_512_ms"] = round(
        timed(lambda: model(ids, use_cache=True, logits_to_keep=1).logits.float().cpu(), 8), 2)
    return found


def median(values):
    return sorted(values)[len(values) // 2]


def timed(work, times):
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work()  # ends with logits on the CPU, so nothing is still running
        spent.append((time.perf_counter() - begin) * 1e3)
    return median(spent[2:])


def bandwidth(device):
    """Bytes a second that a copy of 4 GiB reads and writes."""
    if device == "cpu":
        return 0.0
    source = torch.empty(1 << 32, dtype=torch.uint8, device=device).random_()
    target = torch.empty_like(source)
    spent = []
    for _ in range(12):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        target.copy_(source)
        torch.cuda.synchronize()
        spent.append(time.perf_counter() - begin)
    return 2 * source.numel() / median(spent)


def kernel_ms(work, times=5):
    """Milliseconds a step that kernels and copies run; what the wall clock shows beyond it is waiting for launches."""
    if not torch.cuda.is_available():
        return None
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as recorded:
        for _ in range(times):
            work()
    return round(sum(event.self_device_time_total for event in recorded.key_averages()) / 1e3 / times, 3)


def speed(folder, name, weights, streams, times, copied):
    model = Model(folder, name, "bf16", weights, max(streams), 1024)
    read = sum(w.numel() * w.element_size() for key, w in weights.items() if key != "wpe.weight")
    found = {"weight_bytes_per_step": read, "ms_per_step": {}, "kernel_ms": {}, "tokens_per_s": {}, "bandwidth_share": {}}
    for slot in range(max(streams)):
        model.prefill(slot, text(slot, 512))
    for n in streams:
        slots = list(range(n))
        ms = timed(lambda: model.decode(slots, [s + 5 for s in slots]), times)
        found["ms_per_step"][str(n)] = round(ms, 3)
        found["kernel_ms"][str(n)] = kernel_ms(lambda: model.decode(slots, [s + 5 for s in slots]))
        found["tokens_per_s"][str(n)] = round(n / ms * 1e3, 1)
        if copied:
            found["bandwidth_share"][str(n)] = round(read / (ms / 1e3) / copied, 3)
    ms = timed(lambda: model.prefill(0, text(0, 512)), 8)
    found["prefill_512_ms"] = round(ms, 2)
    return found


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--device", default="cuda")
    arguments.add_argument("--shapes", default="m164,aurora_m_width,aurora_m")
    arguments.add_argument("--streams", default="1,8,32,64")
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--rows", type=int, default=100, help="most rows a text is put among")
    arguments.add_argument("--json")
    given = arguments.parse_args()
    torch.set_grad_enabled(False)
    torch._C._jit_set_profiling_executor(False)
    torch._C._set_graph_executor_optimize(False)  # as the engine runs it
    streams = [int(n) for n in given.streams.split(",")]
    result = {
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name() if given.device == "cuda" else "cpu",
        "copy_bytes_per_s": bandwidth(given.device),
    }

    def keep():
        if given.json:
            with open(given.json, "w") as file:
                json.dump(result, file, indent=1)

    for name in given.shapes.split(","):
        shape = SHAPES[name]
        here = result[name] = {}
        begin = time.perf_counter()
        weights = generate(shape, given.device)
        if name != "aurora_m":  # all forty layers have no room in f32, nor time on the CPU
            on_cpu = {key: w.cpu() for key, w in weights.items()}
            ids = text(3, 100)
            expected = Model(given.folder, name, "f32", on_cpu, 1, 256).script.logits(
                torch.tensor(ids), listed(on_cpu, "f32"))
            for form in ("f32", "bf16"):
                model = Model(given.folder, name, form, weights, 1, 256)
                first = model.prefill(0, ids[:-1])
                last = model.decode([0], [ids[-1]])[0]
                whole = model.script.logits(torch.tensor(ids).to(given.device), model.weights).float().cpu()
                here[f"error_{form}"] = {
                    "whole_relative": relative(whole, expected),
                    "prefill_relative": relative(first, expected[-2]),
                    "decode_relative": relative(last, expected[-1]),
                    "whole_largest": float((whole - expected).abs().max()),
                    "same_argmax": float((whole.argmax(1) == expected.argmax(1)).float().mean()),
                }
                here.setdefault("rows_independent", {})[form] = rows_are_independent(given.folder, name, form, weights, given.rows)
                del model
            try:
                other, version = transformers_logits(shape, weights, ids)
                here["transformers"] = {"version": version, "cpu_f32_relative": relative(expected, other),
                                        "largest": float((expected - other).abs().max())}
            except Exception as failure:  # the machine may have none, or another
                here["transformers"] = {"failed": repr(failure)}
        else:
            here["rows_independent"] = {"bf16": rows_are_independent(given.folder, name, "bf16", weights, given.rows)}
        here["speed"] = speed(given.folder, name, weights, streams, given.times, result["copy_bytes_per_s"])
        try:
            here["transformers_speed"] = transformers_speed(shape, weights, streams, given.times)
        except Exception as failure:  # the machine may have none, or another
            here["transformers_speed"] = {"failed": repr(failure)}
        here["seconds"] = round(time.perf_counter() - begin, 1)
        print(name, json.dumps(here, indent=1), flush=True)
        keep()
        del weights
        if given.device == "cuda":
            torch.cuda.empty_cache()
    keep()
    print(json.dumps({key: value for key, value in result.items() if not isinstance(value, dict)}))


if __name__ == "__main__":
    main()
