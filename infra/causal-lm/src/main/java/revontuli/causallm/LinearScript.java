package revontuli.causallm;

/// The part of the script in which a weight meets an activation, for each [Compute] and [Device], and how weights are
/// packed for it. Indices into the list of weights are those of [WeightLayout]; what packing adds lies behind them
/// ([PackedWeights]).
final class LinearScript {
    private static final String FROM_TABLE = """
              def embed(self: __torch__.$MODULE,
                tokens: Tensor,
                W: List[Tensor]) -> Tensor:
                return torch.embedding(W[$TOKENS], tokens)
              def head(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor]) -> Tensor:
                return self.product(self.norm(x, W, $FINAL_NORM), W[$TOKENS], None)
              def linear(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                return self.product(x, W[i], W[i + 1])
            """;

    private static final String PLAIN = """
              def product(self: __torch__.$MODULE,
                x: Tensor,
                weight: Tensor,
                bias: Optional[Tensor]) -> Tensor:
                return torch.linear(x, weight, bias)
            """;

    /// The library takes another kernel, which rounds differently, for another number of rows; so it is always given
    /// the same number.
    private static final String PLAIN_CUDA = """
              def product(self: __torch__.$MODULE,
                x: Tensor,
                weight: Tensor,
                bias: Optional[Tensor]) -> Tensor:
                n = torch.size(x, 0)
                if torch.__or__(torch.ne(torch.dim(x), 2), torch.ne(n % $ROWS_MULTIPLE, 0)):
                  y = torch.linear(x, weight, bias)
                else:
                  parts = annotate(List[Tensor], [])
                  for i in range(n // $ROWS_MULTIPLE):
                    part = torch.narrow(x, 0, i * $ROWS_MULTIPLE, $ROWS_MULTIPLE)
                    _0 = torch.append(parts, torch.linear(part, weight, bias))
                  y = torch.cat(parts)
                return y
            """;

    private static final String PACKED = """
              def embed(self: __torch__.$MODULE,
                tokens: Tensor,
                W: List[Tensor]) -> Tensor:
                return torch.to(torch.embedding(W[$TOKENS], tokens), 6)
              def head(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor]) -> Tensor:
                return self.linear(self.norm(x, W, $FINAL_NORM), W, $HEAD)
              def table(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.empty([rows, columns], dtype=15, layout=None, device=torch.device("$DEVICE"))
            """;

    private static final String BF16 = """
              def linear(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                y = ops.mkldnn._linear_pointwise(torch.to(x, 15), W[i], W[i + 1], "none", annotate(List[Optional[number]], []), "")
                return torch.to(y, 6)
              def pack(self: __torch__.$MODULE,
                target: Tensor) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(target)
            """;

    private static final String BF16_CUDA = PLAIN_CUDA + """
              def linear(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                return torch.to(self.product(torch.to(x, 15), W[i], W[i + 1]), 6)
              def pack(self: __torch__.$MODULE,
                target: Tensor) -> Tensor:
                return target
            """;

    private static final String BF16_WEIGHTS = """
              def room(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.empty([rows, columns], dtype=15, layout=None, device=torch.device("$DEVICE"))
              def take(self: __torch__.$MODULE,
                values: Tensor,
                row: int,
                target: Tensor,
                scales: Tensor) -> bool:
                _0 = torch.copy_(torch.narrow(target, 0, row, torch.size(values, 0)), values)
                return bool(torch.all(torch.isfinite(values)))
              def bias(self: __torch__.$MODULE,
                values: Tensor) -> Tensor:
                return torch.to(values, 15)
              def zeros(self: __torch__.$MODULE,
                n: int) -> Tensor:
                return torch.zeros([n], dtype=3, layout=None, device=torch.device("$DEVICE"))
              def scales(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.zeros([rows], dtype=6, layout=None, device=torch.device("$DEVICE"))
            """;

    /// A row of activations is rounded to 1 .. 255 around 128 by its own scale, which multiplies the sum afterwards.
    private static final String INT8 = """
              def linear(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                r = torch.mul(torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1.0000000000000000e-20), 0.0078740157480314959)
                q = torch.to(torch.add_(torch.round_(torch.div(x, r)), 128.), 0)
                y = ops.onednn.qlinear_pointwise(q, 1., 128, W[i], W[i + $EXTRA], W[i + $EXTRA + 1], None, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
                return torch.add_(torch.mul_(y, r), W[i + 1])
              def room(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.empty([rows, columns], dtype=1)
              def take(self: __torch__.$MODULE,
                values: Tensor,
                row: int,
                target: Tensor,
                scales: Tensor) -> bool:
                n = torch.size(values, 0)
                s = torch.mul(torch.clamp_min(torch.amax(torch.abs(values), [1], True), 1.0000000000000000e-20), 0.0078740157480314959)
                _0 = torch.copy_(torch.narrow(scales, 0, row, n), torch.squeeze(s, 1))
                _1 = torch.copy_(torch.narrow(target, 0, row, n), torch.round_(torch.div(values, s)))
                return bool(torch.all(torch.isfinite(values)))
              def pack(self: __torch__.$MODULE,
                target: Tensor) -> Tensor:
                return ops.onednn.qlinear_prepack(target, None)
              def bias(self: __torch__.$MODULE,
                values: Tensor) -> Tensor:
                return values
              def zeros(self: __torch__.$MODULE,
                n: int) -> Tensor:
                return torch.zeros([n], dtype=3)
              def scales(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.zeros([rows])
            """;

    /// Each group of weights of a row is rounded to 16 steps by a scale and a middle of its own, both in bf16; a weight
    /// is `(step - 8) * scale + middle`. Activations are rounded to bf16.
    private static final String INT4 = """
              def linear(self: __torch__.$MODULE,
                x: Tensor,
                W: List[Tensor],
                i: int) -> Tensor:
                flat = torch.to(torch.reshape(x, [-1, torch.size(x, -1)]), 15)
                y = torch.to(torch._weight_int4pack_mm_for_cpu(flat, W[i], $GROUP, W[i + $EXTRA]), 6)
                if torch.eq(torch.dim(x), 3):
                  y = torch.reshape(y, [torch.size(x, 0), torch.size(x, 1), torch.size(y, 1)])
                return torch.add_(y, W[i + 1])
              def room(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.empty([rows, columns], dtype=3)
              def take(self: __torch__.$MODULE,
                values: Tensor,
                row: int,
                target: Tensor,
                scales: Tensor) -> bool:
                n = torch.size(values, 0)
                k = torch.size(values, 1)
                g = torch.reshape(values, [n, k // $GROUP, $GROUP])
                low = torch.amin(g, [2], True)
                range = torch.sub(torch.amax(g, [2], True), low)
                s = torch.to(torch.clamp_min(torch.mul(range, 0.066666666666666666), 1.0000000000000000e-20), 15)
                z = torch.to(torch.add(low, torch.mul(torch.to(s, 6), 8.)), 15)
                q = torch.round(torch.div(torch.sub(g, torch.to(z, 6)), torch.to(s, 6)))
                q = torch.clamp(torch.add(q, 8.), 0., 15.)
                _0 = torch.copy_(torch.narrow(target, 0, row, n), torch.reshape(q, [n, k]))
                both = torch.stack([torch.squeeze(s, 2), torch.squeeze(z, 2)], 2)
                _1 = torch.copy_(torch.narrow(scales, 1, row, n), torch.transpose(both, 0, 1))
                return bool(torch.all(torch.isfinite(values)))
              def pack(self: __torch__.$MODULE,
                target: Tensor) -> Tensor:
                return torch._convert_weight_to_int4pack_for_cpu(target, 2)
              def bias(self: __torch__.$MODULE,
                values: Tensor) -> Tensor:
                return values
              def zeros(self: __torch__.$MODULE,
                n: int) -> Tensor:
                return torch.zeros([0], dtype=3)
              def scales(self: __torch__.$MODULE,
                rows: int,
                columns: int) -> Tensor:
                return torch.zeros([columns // $GROUP, rows, 2], dtype=15)
            """;

    private LinearScript() {}

    static String of(Compute compute, Device device) {
        return switch (device) {
            case CPU ->
                switch (compute) {
                    case F32 -> PLAIN + FROM_TABLE;
                    case BF16 -> PACKED + BF16 + BF16_WEIGHTS;
                    case INT8 -> PACKED + INT8;
                    case INT4 -> PACKED + INT4;
                };
            case CUDA ->
                switch (compute) {
                    case F32 -> PLAIN_CUDA + FROM_TABLE;
                    case BF16 -> PACKED + BF16_CUDA + BF16_WEIGHTS;
                    case INT8, INT4 -> throw new IllegalArgumentException(compute.text() + " on " + device.text());
                };
        };
    }
}
