package revontuli.transparency.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// What stands in an export where a leaf's bytes were pruned: `{"pruned":{"hash":...,"number":...,"pruning":...,
/// "source":...,"subject":...,"subject_number":...}}`, canonical. It keeps the leaf's place in the tree, in its source
/// and in the life of its subject, and says nothing of what happened.
///
/// Nothing signs such a line by itself: the tree shows its hash, and the record [#ACTION] of its pruning, signed as
/// every record, shows all lines of that pruning by the digest that [#next] makes of them.
///
/// @param hash the leaf hash, as it lies in the tree
/// @param source the leaf's source
/// @param number within the source
/// @param subject [#subjectDigest]
/// @param subjectNumber within the service and subject
/// @param pruning `prunings/{pruning}`, the subject of the record that announces it
public record PrunedLeaf(Digest hash, String source, long number, Digest subject, long subjectNumber, String pruning) {
    /// The record of a pruning: its fact [#RECORDS] and its digest [#LEAVES] say what was pruned.
    public static final String ACTION = "ledger.pruned";

    /// Fact of that record: how many leaves, in decimal.
    public static final String RECORDS = "records";

    /// Digest of that record: [#next] over all lines in the order of the log, from [#START] on.
    public static final String LEAVES = "pruned_leaves";

    /// The digest over no line.
    public static final Digest START = Digest.of(new byte[0]);

    private static final byte[] HEAD = "{\"pruned\":{".getBytes(StandardCharsets.US_ASCII);
    private static final String UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    private static final Pattern SOURCE = Pattern.compile("sources/[a-z][a-z0-9-]{0,31}-" + UUID_FORM);
    private static final Pattern PRUNING = Pattern.compile("prunings/" + UUID_FORM);
    private static final Set<String> FIELDS =
            Set.of("hash", "number", "pruning", "source", "subject", "subject_number");

    public PrunedLeaf {
        Field.matching("source", source, SOURCE);
        Field.matching("pruning", pruning, PRUNING);
        Field.positive("number", number);
        Field.positive("subject_number", subjectNumber);
    }

    /// By what a pruned record's subject is still told apart from others: the digest of service, a blank and the
    /// subject's name.
    public static Digest subjectDigest(String service, String subject) {
        return Digest.of((service + " " + subject).getBytes(StandardCharsets.UTF_8));
    }

    /// Whether a line of an export stands for a pruned leaf; no leaf begins like this.
    public static boolean is(byte[] line) {
        return line.length > HEAD.length && Arrays.equals(line, 0, HEAD.length, HEAD, 0, HEAD.length);
    }

    /// The line without its newline.
    public byte[] line() {
        return CanonicalJson.encode(Json.fields()
                .with(
                        "pruned",
                        Json.fields()
                                .with("hash", StrictBase64.encode(hash.value()))
                                .with("number", Json.number(number))
                                .with("pruning", pruning)
                                .with("source", source)
                                .with("subject", StrictBase64.encode(subject.value()))
                                .with("subject_number", Json.number(subjectNumber))));
    }

    /// Reads what [#line] wrote and nothing else.
    public static PrunedLeaf parse(byte[] line) {
        Json.Fields all = CanonicalJson.parseFields(line);
        Json.Fields in = all.fields("pruned");
        if (all.members().size() != 1 || !in.members().keySet().equals(FIELDS)) {
            throw new MalformedException("a pruned leaf must have exactly the fields " + FIELDS);
        }
        return new PrunedLeaf(
                digest(in, "hash"),
                in.text("source"),
                Json.parseNumber("number", in.text("number")),
                digest(in, "subject"),
                Json.parseNumber("subject_number", in.text("subject_number")),
                in.text("pruning"));
    }

    /// The digest over one more line: of the digest so far and the line.
    public Digest next(Digest before) {
        return Digest.of(before.value(), line());
    }

    private static Digest digest(Json.Fields in, String name) {
        return Digest.ofValue(StrictBase64.decode("field '" + name + "'", in.text(name)));
    }
}
