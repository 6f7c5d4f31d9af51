package revontuli.transparency.statement;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// That a model version, named by its digests, may be served. `model` is `models/{m}/versions/{v}`; `job` is empty if
/// no job of this installation made it; `createTime` is cut to microseconds.
public record Statement(Kind kind, String model, Subjects digests, String job, String submitter, Instant createTime) {
    private static final int CHARS_MAX = 256;

    /// How the model came in.
    public enum Kind {
        /// Approved by a quorum of people.
        PROMOTION,
        /// Taken in as it was shipped; vouched for by the key that the installation made at first start.
        IMPORT;

        public String text() {
            return "model." + name().toLowerCase(Locale.ROOT);
        }

        static Kind parse(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("field 'kind' must be model.promotion or model.import"));
        }
    }

    /// Everything that the statement is about. An import may lack what only this installation could have made.
    public record Subjects(
            Digest model,
            Digest tokenizer,
            @Nullable Digest template,
            @Nullable Digest policy,
            @Nullable Digest evaluation) {}

    public Statement {
        Field.line("model", model, 1, CHARS_MAX);
        Field.line("job", job, 0, CHARS_MAX);
        Field.line("submitter", submitter, 1, CHARS_MAX);
        createTime = Field.time("create_time", createTime);
        boolean whole = digests.template() != null && digests.policy() != null && digests.evaluation() != null;
        if (kind == Kind.PROMOTION && !whole) {
            throw new MalformedException("a promotion must name template_digest, policy_digest and evaluation_digest");
        }
    }

    /// The canonical bytes: what every signer signs.
    public byte[] bytes() {
        return CanonicalJson.encode(fields());
    }

    public Digest digest() {
        return Digest.of(bytes());
    }

    public static Statement parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        Statement statement = of(in);
        if (!statement.fields().equals(in)) {
            throw new MalformedException("a statement must have exactly its own fields");
        }
        return statement;
    }

    Json.Fields fields() {
        TreeMap<String, Json> all = new TreeMap<>();
        all.put("kind", Json.text(kind.text()));
        all.put("model", Json.text(model));
        all.put("model_digest", Json.text(digests.model().toString()));
        all.put("tokenizer_digest", Json.text(digests.tokenizer().toString()));
        all.put("template_digest", text(digests.template()));
        all.put("policy_digest", text(digests.policy()));
        all.put("evaluation_digest", text(digests.evaluation()));
        all.put("job", Json.text(job));
        all.put("submitter", Json.text(submitter));
        all.put("create_time", Json.text(Field.print(createTime)));
        return new Json.Fields(all);
    }

    static Statement of(Json.Fields in) {
        return new Statement(
                Kind.parse(in.text("kind")),
                in.text("model"),
                new Subjects(
                        Digest.parse(in.text("model_digest")),
                        Digest.parse(in.text("tokenizer_digest")),
                        digest(in.text("template_digest")),
                        digest(in.text("policy_digest")),
                        digest(in.text("evaluation_digest"))),
                in.text("job"),
                in.text("submitter"),
                Field.parseTime("create_time", in.text("create_time")));
    }

    private static Json.Text text(@Nullable Digest digest) {
        return Json.text(digest == null ? "" : digest.toString());
    }

    private static @Nullable Digest digest(String text) {
        return text.isEmpty() ? null : Digest.parse(text);
    }
}
