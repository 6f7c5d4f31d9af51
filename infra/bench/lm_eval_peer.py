"""lm-evaluation-harness, unchanged, against the HTTP door of inference-svc.

    python lm_eval_peer.py BASE_URL MODEL TOKENIZER_DIR [--chat MODEL]     key in the environment variable OPENAI_API_KEY

BASE_URL ends in /v1; TOKENIZER_DIR holds the model's tokenizer.json. Runs two small tasks that lie beside this file: choices
by log-likelihood and an answer by generation (`local-completions`, prompts as ids), and the answer in a dialogue
(`local-chat-completions`) with the model of --chat, which must have a chat template. The harness' log-likelihoods are held
against ids, log-probabilities and lengths that the door itself gives. Ends with "lm-eval: ok".
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent / "lm_eval_tasks"


def tasks(folder: pathlib.Path) -> pathlib.Path:
    """The task files with the absolute path of their data in them."""
    for file in HERE.iterdir():
        (folder / file.name).write_text(file.read_text().replace("__TASKS__", str(folder)))
    return folder


def tokenizer(source: str, folder: pathlib.Path) -> str:
    """A folder that transformers takes for a tokenizer."""
    shutil.copy(pathlib.Path(source) / "tokenizer.json", folder)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>", "bos_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return str(folder)


def ask(base: str, body: dict) -> dict:
    request = urllib.request.Request(
        base + "/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def run(kind: str, arguments: dict, names: list, manager, **more) -> dict:
    import lm_eval

    return lm_eval.simple_evaluate(
        model=kind, model_args=arguments, tasks=names, task_manager=manager, bootstrap_iters=0, log_samples=True, **more
    )


def check(base: str, model: str, samples: list) -> None:
    """The sum that the harness reports is that of the continuation's tokens as the door tells them."""
    for sample in samples:
        for argument, answer in zip(sample["arguments"], sample["filtered_resps"]):
            context, continuation = (argument[0], argument[1]) if isinstance(argument, (list, tuple)) else argument.values()
            whole = ask(base, {"model": model, "prompt": context + continuation, "max_tokens": 0, "logprobs": 1, "echo": True})
            logprobs = whole["choices"][0]["logprobs"]
            starts = [i for i, at in enumerate(logprobs["text_offset"]) if at >= len(context)]
            own = sum(logprobs["token_logprobs"][i] for i in starts)
            assert abs(own - float(answer[0])) < 1e-6, (context, continuation, own, answer)


def main(base: str, model: str, source: str, chat: str) -> None:
    import lm_eval
    from lm_eval.tasks import TaskManager

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for name in ("tasks", "tokenizer"):
            (folder / name).mkdir()
        manager = TaskManager(include_path=str(tasks(folder / "tasks")), include_defaults=False)
        arguments = {
            "model": model,
            "base_url": base + "/completions",
            "tokenizer": tokenizer(source, folder / "tokenizer"),
            "tokenizer_backend": "huggingface",
            "max_length": 256,
            "num_concurrent": 1,
            "max_retries": 4,
        }
        for batch in (1, 4):
            found = run(
                "local-completions", arguments | {"batch_size": batch}, ["revontuli_capitals_choice", "revontuli_capitals_say"], manager
            )
            choice = found["results"]["revontuli_capitals_choice"]
            print("local-completions, batch", batch, choice, found["results"]["revontuli_capitals_say"])
            check(base, model, found["samples"]["revontuli_capitals_choice"])
        if chat:
            dialogue = {"model": chat, "base_url": base + "/chat/completions", "num_concurrent": 1, "max_retries": 4}
            found = run("local-chat-completions", dialogue, ["revontuli_capitals_say"], manager, apply_chat_template=True)
            print("local-chat-completions", found["results"]["revontuli_capitals_say"])
    print("lm-eval: ok", lm_eval.__version__)


if __name__ == "__main__":
    given = sys.argv[1:]
    chat_model = given[given.index("--chat") + 1] if "--chat" in given else ""
    main(given[0].rstrip("/"), given[1], given[2], chat_model)
