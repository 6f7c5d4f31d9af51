"""The `openai` client, unchanged, against the HTTP door of inference-svc.

    python openai_client.py BASE_URL MODEL        key in the environment variable OPENAI_API_KEY

BASE_URL ends in /v1. Checks models, completions, token ids, log-probabilities, chat,
streams, several choices and errors; ends with "openai client: ok".
"""

import sys

import openai


def main(base: str, model: str) -> None:
    client = openai.OpenAI(base_url=base, max_retries=0, timeout=60)
    assert model in [one.id for one in client.models.list()], "the model is not listed"

    whole = client.completions.create(model=model, prompt="Hello", max_tokens=16, temperature=0, seed=1)
    text = whole.choices[0].text
    assert whole.choices[0].finish_reason in ("stop", "length"), whole
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    again = client.completions.create(model=model, prompt="Hello", max_tokens=16, temperature=0, seed=1)
    assert again.choices[0].text == text, "the same request gave another text"

    pieces = list(client.completions.create(model=model, prompt="Hello", max_tokens=16, temperature=0, seed=1, stream=True))
    assert "".join(piece.choices[0].text for piece in pieces) == text, "the stream gave another text"
    assert pieces[-1].choices[0].finish_reason == whole.choices[0].finish_reason

    told = client.completions.create(model=model, prompt="Hello", max_tokens=16, temperature=0, seed=1, logprobs=2, echo=True)
    logprobs = told.choices[0].logprobs
    assert told.choices[0].text == "Hello" + text, "the echo is not prompt and text"
    assert logprobs.token_logprobs[0] is None and all(one <= 0 for one in logprobs.token_logprobs[1:])
    assert len(logprobs.tokens) == len(logprobs.top_logprobs) == len(logprobs.text_offset)
    ids = client.completions.create(
        model=model, prompt="Hello", max_tokens=16, temperature=0, seed=1, extra_body={"return_token_ids": True}
    ).choices[0].model_extra["prompt_token_ids"]
    two = client.completions.create(model=model, prompt=[ids, ids], max_tokens=16, temperature=0, seed=1, n=2)
    assert [choice.text for choice in two.choices][::2] == [text, text], "ids gave another text than their text"

    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
    chat = client.chat.completions.create(model=model, messages=messages, max_tokens=16, temperature=0, n=2, seed=3)
    assert len(chat.choices) == 2 and chat.choices[0].message.role == "assistant"
    odds = client.chat.completions.create(
        model=model, messages=messages, max_tokens=16, temperature=0, seed=3, logprobs=True, top_logprobs=3
    ).choices[0].logprobs.content
    assert all(len(one.top_logprobs) == 3 and one.logprob <= 0 for one in odds)
    stream = client.chat.completions.create(
        model=model, messages=messages, max_tokens=16, temperature=0, seed=3, stream=True, stream_options={"include_usage": True}
    )
    deltas = list(stream)
    said = "".join(piece.choices[0].delta.content or "" for piece in deltas if piece.choices)
    assert said == chat.choices[0].message.content, "the chat stream gave another text"
    assert deltas[-1].usage.completion_tokens > 0

    for call, error in (
        (lambda: client.completions.create(model="nobody-made-this", prompt="x"), openai.NotFoundError),
        (lambda: client.completions.create(model=model, prompt="x", temperature=9), openai.BadRequestError),
        (lambda: openai.OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list(), openai.AuthenticationError),
    ):
        try:
            call()
        except error as refused:
            assert refused.code, refused
        else:
            raise AssertionError(f"{error.__name__} was expected")
    print("openai client: ok", openai.__version__)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
