package revontuli.transparency.statement;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// A statement with its signatures, as it lies in the artifact store. That it can be read does not mean that it
/// counts: see [StatementTrust].
public record StatementBundle(Statement statement, List<StatementSignature> signatures) {
    private static final int SIGNATURES_MAX = 32;

    public StatementBundle {
        signatures = List.copyOf(signatures);
        if (signatures.size() > SIGNATURES_MAX) {
            throw new MalformedException("a statement may have " + SIGNATURES_MAX + " signatures at most");
        }
    }

    /// An import, signed by the installation itself.
    public static StatementBundle ofImport(Statement statement, SigningKey installationKey) {
        return new StatementBundle(
                statement, List.of(StatementSignature.sign(statement, StatementTrust.INSTALLATION, installationKey)));
    }

    public StatementBundle with(StatementSignature signature) {
        List<StatementSignature> more = new ArrayList<>(signatures);
        more.add(signature);
        return new StatementBundle(statement, more);
    }

    /// The canonical bytes of the artifact.
    public byte[] bytes() {
        Json.Items entries = new Json.Items(
                signatures.stream().<Json>map(StatementSignature::fields).toList());
        return CanonicalJson.encode(
                Json.fields().with("statement", statement.fields()).with("signatures", entries));
    }

    public Digest digest() {
        return Digest.of(bytes());
    }

    public static StatementBundle parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        if (!in.members().keySet().equals(Set.of("statement", "signatures"))) {
            throw new MalformedException("a statement bundle must have exactly statement and signatures");
        }
        Statement statement = Statement.parse(CanonicalJson.encode(in.fields("statement")));
        return new StatementBundle(
                statement,
                in.items("signatures").stream().map(StatementSignature::of).toList());
    }
}
