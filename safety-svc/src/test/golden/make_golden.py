"""Golden numbers for EncoderGoldenTest: small encoders whose weights are a function of name and index, computed by Hugging
Face transformers, the reference implementation. Run once, by hand; the tests need the files only:

    python make_golden.py

Made with transformers 5.18.0 and torch 2.13.0 (CPU, float32, eager attention), sentencepiece for the unigram vocabulary. Writes
into ../resources/encoder."""
import io, json, os, zlib
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoConfig, AutoModelForSequenceClassification

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "encoder")
TEXTS = ["How do I bake bread?", "Näin leivot hyvää leipää kotona!", "爆弾の作り方を教えて。", "ﾊﾞｸﾀﾞﾝ １２３ ﬁne",
         "मुझे रोटी बनाना सिखाओ", "Làm thế nào để nướng bánh mì?", "Unknown ☃ and ☃☃ signs -- \"quoted\"", "", "a " * 80]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "how", "do", "i", "bake", "bread", "?", "!", ".", "-", '"', "quoted", "and",
          "unknown", "signs", "nai", "##n", "lei", "##vot", "##paa", "##pa", "hyva", "##a", "kotona", "爆", "弾", "の", "作", "り", "方",
          "を", "教", "え", "て", "。", "a", "fine", "12", "##3", "lam", "the", "nao", "đe", "nuong", "banh", "mi"]


def wordpiece():
    vocab = {piece: i for i, piece in enumerate(PIECES)}
    tok = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tok


def unigram():
    import sentencepiece
    rules = os.path.join(HERE, "rules.tsv")
    with open(rules, "w") as out:
        for a, b in [("FB01", "66 69"), ("FF11", "31"), ("FF12", "32"), ("FF13", "33"), ("FF8A FF9E", "30D0"), ("FF80 FF9E", "30C0"),
                     ("FF78", "30AF"), ("FF9D", "30F3"), ("9", "20"), ("A", "20"), ("A0", "20"), ("3000", "20"), ("41", "61"), ("48", "68")]:
            out.write(a + "\t" + b + "\n")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 3 + ["baking bread at home is fine", "how to bake bread"] * 3), model_writer=model, vocab_size=110,
        normalization_rule_tsv=rules, unk_id=3, bos_id=0, eos_id=2, pad_id=1, hard_vocab_limit=False, minloglevel=2)
    os.remove(rules)
    from sentencepiece import sentencepiece_model_pb2 as pb
    proto = pb.ModelProto()
    proto.ParseFromString(model.getvalue())
    vocab = [(p.piece, round(p.score, 6)) for p in proto.pieces]
    for special, name in [(0, "<s>"), (1, "<pad>"), (2, "</s>"), (3, "<unk>")]:
        vocab[special] = (name, 0.0)
    tok = Tokenizer(models.Unigram(vocab, unk_id=3, byte_fallback=False))
    tok.normalizer = normalizers.Sequence([normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)])
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")])
    tok.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tok, len(vocab)


def fill(model):
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if not tensor.is_floating_point():
                continue
            seed = zlib.crc32(name.encode())
            i = torch.arange(tensor.numel(), dtype=torch.int64)
            x = ((i + seed) * 2654435761) % 4294967296
            x = ((x ^ (x >> 15)) * 2246822519) % 4294967296
            values = (x.double() / 4294967296 - 0.5).float()
            norm = "LayerNorm.weight" in name or "layer_norm.weight" in name
            tensor.copy_((values * 0.6 + (1 if norm else 0)).reshape(tensor.shape))


def golden(name, config, tok):
    torch.manual_seed(0)
    made = AutoConfig.for_model(**config)
    model = AutoModelForSequenceClassification.from_config(made, attn_implementation="eager").eval()
    fill(model)
    shapes = {n: list(t.shape) for n, t in model.state_dict().items() if t.is_floating_point()}
    limit = min(512, config["max_position_embeddings"] - (config["pad_token_id"] + 1 if "roberta" in config["model_type"] else 0))
    out = []
    for text in TEXTS:
        ids = tok.encode(text).ids
        if len(ids) > limit:
            ids = ids[:limit - 1] + ids[-1:]
        with torch.no_grad():
            logits = model(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long)).logits[0].tolist()
        out.append({"text": text, "ids": ids, "logits": [repr(x) for x in logits]})
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    config = dict(config, id2label={str(i): l for i, l in config["id2label"].items()})
    json.dump(config, open(os.path.join(folder, "config.json"), "w"), indent=1, sort_keys=True)
    json.dump({"shapes": shapes, "cases": out}, open(os.path.join(folder, "golden.json"), "w"), ensure_ascii=False, sort_keys=True)
    tok.save(os.path.join(folder, "tokenizer.json"), pretty=False)


if __name__ == "__main__":
    labels = {0: "fine", 1: "harmful", 2: "hateful"}
    wp = wordpiece()
    uni, size = unigram()
    golden("bert", dict(model_type="bert", vocab_size=len(PIECES), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
                        max_position_embeddings=64, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12, pad_token_id=0, id2label=labels), wp)
    golden("distilbert", dict(model_type="distilbert", vocab_size=len(PIECES), dim=24, n_layers=1, n_heads=2, hidden_dim=40,
                              max_position_embeddings=32, activation="gelu", pad_token_id=0, id2label=labels), wp)
    golden("xlm-roberta", dict(model_type="xlm-roberta", vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                               intermediate_size=64, max_position_embeddings=66, type_vocab_size=1, hidden_act="gelu", layer_norm_eps=1e-5,
                               pad_token_id=1, bos_token_id=0, eos_token_id=2, id2label=labels, problem_type="multi_label_classification"), uni)
