package revontuli.causallm;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The forward pass, the loss and the optimizer step as TorchScript source, in the serialized form that libtorch
/// reads.
///
/// Weights come in as one list in the order of [WeightLayout], KV slots as `[K of layer 0, V of layer 0, K of layer
/// 1, ..]`, each of shape `[slots, positions, head width]` and written in place. What differs by [Compute] and
/// [Device] is in [LinearScript].
///
/// Rows do not influence each other: steps are padded to the numbers of rows that [Rows] names (kernels for fewer rows
/// round differently), and each row attends over its own length rounded up to [#ATTENTION_BLOCK], the rest masked.
final class GptBigCodeScript {
    static final String MODULE = "GptBigCode";
    static final int ATTENTION_BLOCK = 64;

    private static final String FORWARD = """
            class $MODULE(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def rows(self: __torch__.$MODULE,
                n: int) -> int:
                return ops.prim.max((n + $ROWS_MULTIPLE - 1) // $ROWS_MULTIPLE * $ROWS_MULTIPLE, $ROWS_LEAST)
              def range(self: __torch__.$MODULE,
                start: int,
                end: int) -> Tensor:
                return torch.arange(start, end, dtype=4, layout=None, device=torch.device("$DEVICE"))
              def norm(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                return torch.layer_norm(x, [$WIDTH], W[i], W[i + 1], $EPSILON)
              def after_attention(self: __torch__.$MODULE,
                x: Tensor,
                a: Tensor,
                W: List[Tensor],
                o: int) -> Tensor:
                y = torch.add(x, self.linear(a, W, o + $ATTENTION_OUT))
                h = self.linear(self.norm(y, W, o + $NORM_2), W, o + $INNER)
                h = torch.gelu(h, approximate="$GELU")
                return torch.add(y, self.linear(h, W, o + $OUTER))
            """;

    private static final String PREFILL = """
              def prefill(self: __torch__.$MODULE,
                tokens: Tensor,
                slot: int,
                start: int,
                wanted: int,
                W: List[Tensor],
                KV: List[Tensor]) -> Tensor:
                n = torch.size(tokens, 0)
                rows = self.rows(n)
                x = torch.add(self.embed(tokens, W), torch.narrow(W[$POSITIONS], 0, start, n))
                x = torch.cat([x, torch.new_zeros(x, [rows - n, $WIDTH])])
                length = (start + n + $BLOCK - 1) // $BLOCK * $BLOCK
                own = torch.unsqueeze(self.range(start, start + rows), 1)
                seen = torch.le(torch.unsqueeze(self.range(0, length), 0), own)
                for layer in range($LAYERS):
                  o = $FIRST_LAYER + layer * $LAYER_TENSORS
                  qkv = self.linear(self.norm(x, W, o + $NORM_1), W, o + $ATTENTION_IN)
                  K = torch.select(KV[2 * layer], 0, slot)
                  V = torch.select(KV[2 * layer + 1], 0, slot)
                  real = torch.narrow(qkv, 0, 0, n)
                  k1 = torch.copy_(torch.narrow(K, 0, start, n), torch.narrow(real, 1, $WIDTH, $HEAD_WIDTH))
                  v1 = torch.copy_(torch.narrow(V, 0, start, n), torch.narrow(real, 1, $WIDTH + $HEAD_WIDTH, $HEAD_WIDTH))
                  q = torch.reshape(torch.narrow(qkv, 1, 0, $WIDTH), [1, rows, $HEADS, $HEAD_WIDTH])
                  k = torch.expand(torch.narrow(K, 0, 0, length), [1, $HEADS, length, $HEAD_WIDTH])
                  v = torch.expand(torch.narrow(V, 0, 0, length), [1, $HEADS, length, $HEAD_WIDTH])
                  a = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), k, v, seen)
                  a = torch.reshape(torch.transpose(a, 1, 2), [rows, $WIDTH])
                  x = self.after_attention(x, a, W, o)
                out = torch.zeros([0])
                if wanted > 0:
                  first = 0
                  count = rows
                  if wanted == 1:
                    count = self.rows(1)
                    if n > count:
                      first = n - count
                  out = torch.narrow(self.head(torch.narrow(x, 0, first, count), W), 0, n - wanted - first, wanted)
                return out
            """;

    private static final String DECODE = """
              def decode(self: __torch__.$MODULE,
                tokens: Tensor,
                positions: Tensor,
                slots: Tensor,
                bounds: List[int],
                lengths: List[int],
                W: List[Tensor],
                KV: List[Tensor]) -> Tensor:
                n = torch.size(tokens, 0)
                rows = self.rows(n)
                x = torch.add(self.embed(tokens, W), torch.embedding(W[$POSITIONS], positions))
                padding = torch.new_zeros(x, [rows - n, $WIDTH])
                x = torch.cat([x, padding])
                seen = annotate(List[Tensor], [])
                for g in range(torch.len(lengths)):
                  own = torch.slice(positions, 0, bounds[g], bounds[g + 1])
                  mask = torch.le(torch.unsqueeze(self.range(0, lengths[g]), 0), torch.unsqueeze(own, 1))
                  _0 = torch.append(seen, torch.unsqueeze(torch.unsqueeze(mask, 1), 1))
                for layer in range($LAYERS):
                  o = $FIRST_LAYER + layer * $LAYER_TENSORS
                  qkv = self.linear(self.norm(x, W, o + $NORM_1), W, o + $ATTENTION_IN)
                  K = KV[2 * layer]
                  V = KV[2 * layer + 1]
                  real = torch.narrow(qkv, 0, 0, n)
                  at = annotate(List[Optional[Tensor]], [slots, positions])
                  k1 = torch.index_put_(K, at, torch.narrow(real, 1, $WIDTH, $HEAD_WIDTH))
                  v1 = torch.index_put_(V, at, torch.narrow(real, 1, $WIDTH + $HEAD_WIDTH, $HEAD_WIDTH))
                  parts = annotate(List[Tensor], [])
                  for g in range(torch.len(lengths)):
                    length = lengths[g]
                    m = bounds[g + 1] - bounds[g]
                    mine = torch.slice(slots, 0, bounds[g], bounds[g + 1])
                    k = torch.unsqueeze(torch.index_select(torch.narrow(K, 1, 0, length), 0, mine), 1)
                    v = torch.unsqueeze(torch.index_select(torch.narrow(V, 1, 0, length), 0, mine), 1)
                    q = torch.reshape(torch.narrow(torch.narrow(real, 0, bounds[g], m), 1, 0, $WIDTH), [m, 1, $HEADS, $HEAD_WIDTH])
                    a = torch.scaled_dot_product_attention(q, k, v, seen[g])
                    _1 = torch.append(parts, torch.reshape(a, [m, $WIDTH]))
                  _2 = torch.append(parts, padding)
                  x = self.after_attention(x, torch.cat(parts), W, o)
                return torch.narrow(self.head(x, W), 0, 0, n)
            """;

    private static final String WHOLE = """
              def copy(self: __torch__.$MODULE,
                source: int,
                slot: int,
                length: int,
                KV: List[Tensor]) -> int:
                for i in range(torch.len(KV)):
                  part = torch.narrow(torch.select(KV[i], 0, source), 0, 0, length)
                  _0 = torch.copy_(torch.narrow(torch.select(KV[i], 0, slot), 0, 0, length), part)
                return length
              def hidden(self: __torch__.$MODULE,
                tokens: Tensor,
                W: List[Tensor]) -> Tensor:
                b = torch.size(tokens, 0)
                n = torch.size(tokens, 1)
                x = torch.add(self.embed(tokens, W), torch.narrow(W[$POSITIONS], 0, 0, n))
                for layer in range($LAYERS):
                  o = $FIRST_LAYER + layer * $LAYER_TENSORS
                  qkv = self.linear(self.norm(x, W, o + $NORM_1), W, o + $ATTENTION_IN)
                  q = torch.reshape(torch.narrow(qkv, 2, 0, $WIDTH), [b, n, $HEADS, $HEAD_WIDTH])
                  k = torch.unsqueeze(torch.narrow(qkv, 2, $WIDTH, $HEAD_WIDTH), 1)
                  v = torch.unsqueeze(torch.narrow(qkv, 2, $WIDTH + $HEAD_WIDTH, $HEAD_WIDTH), 1)
                  k = torch.expand(k, [b, $HEADS, n, $HEAD_WIDTH])
                  v = torch.expand(v, [b, $HEADS, n, $HEAD_WIDTH])
                  a = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), k, v, None, 0., True)
                  a = torch.reshape(torch.transpose(a, 1, 2), [b, n, $WIDTH])
                  x = self.after_attention(x, a, W, o)
                return x
              def logits(self: __torch__.$MODULE,
                tokens: Tensor,
                W: List[Tensor]) -> Tensor:
                return torch.squeeze(self.head(self.hidden(torch.unsqueeze(tokens, 0), W), W), 0)
              def scores(self: __torch__.$MODULE,
                tokens: Tensor,
                targets: Tensor,
                W: List[Tensor]) -> Tensor:
                n = torch.size(tokens, 0)
                x = torch.squeeze(self.hidden(torch.unsqueeze(tokens, 0), W), 0)
                parts = annotate(List[Tensor], [])
                for i in range((n + $SCORE_ROWS - 1) // $SCORE_ROWS):
                  y = torch.slice(x, 0, i * $SCORE_ROWS, (i + 1) * $SCORE_ROWS)
                  t = torch.unsqueeze(torch.slice(targets, 0, i * $SCORE_ROWS, (i + 1) * $SCORE_ROWS), 1)
                  p = torch.log_softmax(self.head(y, W), 1)
                  _0 = torch.append(parts, torch.squeeze(torch.gather(p, 1, t), 1))
                return torch.cat(parts)
            """;

    private static final String TRAINING = """
              def loss(self: __torch__.$MODULE,
                tokens: Tensor,
                targets: Tensor,
                W: List[Tensor]) -> Tensor:
                y = torch.reshape(self.head(self.hidden(tokens, W), W), [-1, $VOCABULARY])
                return torch.cross_entropy_loss(y, torch.reshape(targets, [-1]), None, 1, $IGNORED, 0.)
              def gradients(self: __torch__.$MODULE,
                tokens: Tensor,
                targets: Tensor,
                W: List[Tensor]) -> List[Tensor]:
                loss = self.loss(tokens, targets, W)
                out = [torch.detach(loss)]
                grads = torch.grad([loss], W)
                for i in range(torch.len(grads)):
                  _0 = torch.append(out, unchecked_cast(Tensor, grads[i]))
                return out
              def square(self: __torch__.$MODULE,
                G: List[Tensor]) -> Tensor:
                total = torch.zeros([], dtype=7)
                for i in range(torch.len(G)):
                  total = torch.add(total, torch.sum(torch.mul(G[i], G[i]), dtype=7))
                return total
              def adamw(self: __torch__.$MODULE,
                W: List[Tensor],
                G: List[Tensor],
                M: List[Tensor],
                S: List[Tensor],
                h: List[float]) -> int:
                for i in range(torch.len(W)):
                  w = W[i]
                  g = torch.mul(G[i], h[0])
                  if torch.dim(w) > 1:
                    _0 = torch.mul_(w, h[1])
                  m = torch.add_(torch.mul_(M[i], h[2]), g, alpha=1. - h[2])
                  s = torch.addcmul_(torch.mul_(S[i], h[3]), g, g, value=1. - h[3])
                  d = torch.add(torch.div(torch.sqrt(s), h[4]), h[5])
                  _1 = torch.addcdiv_(w, m, d, value=h[6])
                return torch.len(W)
            """;

    private static final String TENSORS = """
              def fill(self: __torch__.$MODULE,
                target: Tensor,
                start: int,
                values: Tensor) -> bool:
                flat = torch.narrow(torch.view(target, [-1]), 0, start, torch.size(values, 0))
                _0 = torch.copy_(flat, values)
                return bool(torch.all(torch.isfinite(values)))
              def put(self: __torch__.$MODULE,
                target: Tensor,
                start: int,
                values: Tensor) -> Tensor:
                return torch.copy_(torch.narrow(torch.view(target, [-1]), 0, start, torch.size(values, 0)), values)
              def total(self: __torch__.$MODULE,
                values: Tensor) -> Tensor:
                return torch.sum(values)
              def part(self: __torch__.$MODULE,
                source: Tensor,
                start: int,
                n: int) -> Tensor:
                return torch.clone(torch.narrow(torch.view(torch.detach(source), [-1]), 0, start, n))
              def floats(self: __torch__.$MODULE,
                source: Tensor,
                start: int,
                n: int) -> Tensor:
                return torch.to(self.part(source, start, n), 6)
            """;

    /// Rows of the head computed at once when a text is scored: bounds the memory for wide vocabularies.
    private static final int SCORE_ROWS = 128;

    /// The target that the loss leaves out.
    static final int IGNORED = -100;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$([A-Z_0-9]+)");

    private GptBigCodeScript() {}

    static String source(ModelConfig config, Compute compute, Device device) {
        Map<String, String> values = new TreeMap<>();
        values.put("MODULE", MODULE);
        values.put("WIDTH", Integer.toString(config.width()));
        values.put("HEADS", Integer.toString(config.heads()));
        values.put("HEAD_WIDTH", Integer.toString(config.headWidth()));
        values.put("LAYERS", Integer.toString(config.layers()));
        values.put("VOCABULARY", Integer.toString(config.vocabularySize()));
        values.put("EPSILON", Double.toString(config.layerNormEpsilon()));
        values.put(
                "GELU",
                switch (config.activation()) {
                    case GELU -> "none";
                    case GELU_TANH -> "tanh";
                });
        Rows rows = Rows.of(config, compute, device);
        values.put("DEVICE", device.text());
        values.put("ROWS_MULTIPLE", Integer.toString(rows.multiple()));
        values.put("ROWS_LEAST", Integer.toString(rows.least()));
        values.put("BLOCK", Integer.toString(ATTENTION_BLOCK));
        values.put("SCORE_ROWS", Integer.toString(SCORE_ROWS));
        values.put("IGNORED", Integer.toString(IGNORED));
        values.put("TOKENS", Integer.toString(WeightLayout.TOKENS));
        values.put("POSITIONS", Integer.toString(WeightLayout.POSITIONS));
        values.put("FIRST_LAYER", Integer.toString(WeightLayout.FIRST_LAYER));
        values.put("LAYER_TENSORS", Integer.toString(WeightLayout.LAYER_TENSORS));
        values.put("NORM_1", Integer.toString(WeightLayout.NORM_1));
        values.put("ATTENTION_IN", Integer.toString(WeightLayout.ATTENTION_IN));
        values.put("ATTENTION_OUT", Integer.toString(WeightLayout.ATTENTION_OUT));
        values.put("NORM_2", Integer.toString(WeightLayout.NORM_2));
        values.put("INNER", Integer.toString(WeightLayout.INNER));
        values.put("OUTER", Integer.toString(WeightLayout.OUTER));
        values.put("FINAL_NORM", Integer.toString(WeightLayout.finalNorm(config)));
        values.put("HEAD", Integer.toString(PackedWeights.head(config)));
        values.put("GROUP", Integer.toString(Compute.GROUP));
        values.put("EXTRA", Integer.toString(PackedWeights.extra(config)));
        String learning = compute == Compute.F32 && device == Device.CPU ? TRAINING : "";
        String template = FORWARD + LinearScript.of(compute, device) + PREFILL + DECODE + WHOLE + learning + TENSORS;
        return PLACEHOLDER.matcher(template).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalStateException("unknown placeholder " + match.group(1));
            }
            return value;
        });
    }
}
