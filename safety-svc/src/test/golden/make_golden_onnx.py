"""Graphs for OnnxGoldenTest: the encoders of make_golden.py as torch exports them to ONNX, without their weights, which the test
fills in by the same function of name and index. Run once, by hand; the tests need the files only:

    python make_golden_onnx.py

Made with torch 2.13.0, transformers 5.18.0, onnx 1.23.1 and onnxscript 0.7.2. Writes ../resources/encoder/*/NAME.graph (the fields of an ONNX
graph) and NAME.weights.json (of each weight that is left out: the tensor whose numbers it has, and whether turned)."""
import json, os, tempfile
import onnx, torch
from onnx import numpy_helper
from transformers import AutoConfig, AutoModelForSequenceClassification
from make_golden import HERE, fill


def export(name, attention, dynamo, version, out):
    config = json.load(open(os.path.join(HERE, name, "config.json")))
    config["id2label"] = {int(k): v for k, v in config["id2label"].items()}
    model = AutoModelForSequenceClassification.from_config(AutoConfig.for_model(**config), attn_implementation=attention).eval()
    fill(model)
    ids = torch.tensor([[2, 5, 6, 7, 3]])
    file = os.path.join(tempfile.mkdtemp(), "exported.onnx")
    given = dict(input_names=["input_ids", "attention_mask"], output_names=["logits"], opset_version=version, dynamo=dynamo)
    if dynamo:
        lengths = {0: "batch", 1: "length"}
        torch.onnx.export(model, (ids, torch.ones_like(ids)), file, external_data=False, dynamic_shapes=(lengths, lengths), **given)
    else:
        lengths = {0: "batch", 1: "length"}
        torch.onnx.export(model, (ids, torch.ones_like(ids)), file,
                          dynamic_axes={"input_ids": lengths, "attention_mask": lengths, "logits": {0: "batch"}}, **given)
    graph = onnx.load(file).graph
    del graph.value_info[:]
    graph.doc_string = ""
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    tensors = {n: t for n, t in model.state_dict().items() if t.is_floating_point()}
    left, kept = {}, []
    for weight in graph.initializer:
        value = torch.from_numpy(numpy_helper.to_array(weight).copy())
        for tensor, own in tensors.items():
            if value.shape == own.shape and value.is_floating_point() and torch.equal(value, own):
                left[weight.name] = {"tensor": tensor, "turned": False}
            elif value.dim() == 2 and value.shape == own.T.shape and value.is_floating_point() and torch.equal(value, own.T):
                left[weight.name] = {"tensor": tensor, "turned": True}
        if weight.name not in left:
            kept.append(weight)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    with open(os.path.join(HERE, name, out + ".graph"), "wb") as f:
        f.write(graph.SerializeToString(deterministic=True))
    json.dump({"version": onnx.load(file).opset_import[0].version, "weights": left},
              open(os.path.join(HERE, name, out + ".weights.json"), "w"), sort_keys=True)
    print(name, out, len(graph.SerializeToString()), len(left), "left out,", [w.name for w in kept if len(w.raw_data) > 300])


if __name__ == "__main__":
    export("bert", "eager", False, 14, "traced")
    export("distilbert", "sdpa", True, 20, "captured")
    export("xlm-roberta", "sdpa", False, 17, "traced")
    export("xlm-roberta", "eager", True, 18, "captured")
