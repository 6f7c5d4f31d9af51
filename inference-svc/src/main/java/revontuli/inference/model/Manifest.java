package revontuli.inference.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// The files of a model, by path. The digest of its bytes is the digest of the model.
public record Manifest(Digest digest, List<File> files) {
    /// Longest manifest that is read.
    public static final int BYTES_MAX = CanonicalJson.BYTES_MAX;

    private static final int FILES_MAX = 500;
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SHA = Pattern.compile("[0-9a-f]{64}");
    private static final String TOKENIZER = "tokenizer.json";

    /// A file of the model.
    public record File(String path, long bytes, Digest digest) {}

    public Manifest {
        files = List.copyOf(files);
    }

    /// Reads exactly the canonical form; anything else is malformed.
    public static Manifest parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        if (!in.members().keySet().equals(Set.of("files"))) {
            throw new MalformedException("a manifest must have exactly the field 'files'");
        }
        List<Json> items = in.items("files");
        if (items.isEmpty() || items.size() > FILES_MAX) {
            throw new MalformedException("field 'files' must have 1 to " + FILES_MAX + " entries");
        }
        List<File> files = new ArrayList<>();
        String before = "";
        for (Json item : items) {
            File file = file(item);
            if (file.path().compareTo(before) <= 0) {
                throw new MalformedException("field 'files' must be sorted by path, each path once");
            }
            before = file.path();
            files.add(file);
        }
        return new Manifest(Digest.of(bytes), files);
    }

    private static File file(Json item) {
        if (!(item instanceof Json.Fields in) || !in.members().keySet().equals(Set.of("bytes", "path", "sha256"))) {
            throw new MalformedException("an entry of 'files' must have exactly bytes, path and sha256");
        }
        if (!PATH.matcher(in.text("path")).matches()
                || !SHA.matcher(in.text("sha256")).matches()) {
            throw new MalformedException("an entry of 'files' must have a plain file name and 64 hexadecimal digits");
        }
        return new File(
                in.text("path"),
                Json.parseNumber("bytes", in.text("bytes")),
                Digest.parse("sha256:" + in.text("sha256")));
    }

    /// Bytes of all files.
    public long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }

    /// Digest of the tokenizer's exact bytes, where the model has one.
    public Optional<Digest> tokenizer() {
        return digestOf(TOKENIZER);
    }

    /// Digest of a file's exact bytes, where the model has it.
    Optional<Digest> digestOf(String path) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .map(File::digest)
                .findFirst();
    }
}
