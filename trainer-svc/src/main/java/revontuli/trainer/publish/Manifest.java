package revontuli.trainer.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// The files of a model, by path, with size and digest. Its canonical bytes are the model: their digest names it.
public record Manifest(List<Entry> files) {
    public static final String TOKENIZER = "tokenizer.json";
    /// Files that a chat template may lie in; inference-svc uses the first.
    private static final List<String> TEMPLATES = List.of("chat_template.json", "chat_template.jinja");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int FILES_MAX = 256;

    /// One file. No folders: a path is a plain name.
    public record Entry(String path, long bytes, Digest digest) {
        public Entry {
            if (!PATH.matcher(path).matches()) {
                throw new MalformedException("manifest: a path must be a plain file name, not '" + path + "'");
            }
            if (bytes < 0) {
                throw new MalformedException("manifest: " + path + " has a negative size");
            }
        }
    }

    public Manifest {
        files = List.copyOf(files);
        if (files.isEmpty() || files.size() > FILES_MAX) {
            throw new MalformedException("a manifest must name 1 to " + FILES_MAX + " files");
        }
        for (int i = 1; i < files.size(); i++) {
            if (files.get(i - 1).path().compareTo(files.get(i).path()) >= 0) {
                throw new MalformedException("a manifest's files must be sorted by path, each once");
            }
        }
    }

    public static Manifest parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        List<Entry> files = new ArrayList<>();
        for (Json item : in.items("files")) {
            if (!(item instanceof Json.Fields file) || file.members().size() != 3) {
                throw new MalformedException("a manifest's file must have exactly bytes, path and sha256");
            }
            files.add(new Entry(
                    file.text("path"),
                    Json.parseNumber("bytes", file.text("bytes")),
                    Digest.parse("sha256:" + file.text("sha256"))));
        }
        if (in.members().size() != 1) {
            throw new MalformedException("a manifest must have exactly the field 'files'");
        }
        return new Manifest(files);
    }

    /// Sorts the files and makes their manifest.
    public static Manifest of(Map<String, Entry> files) {
        return new Manifest(List.copyOf(new TreeMap<>(files).values()));
    }

    public byte[] bytes() {
        List<Json> items = files.stream()
                .<Json>map(file -> Json.fields()
                        .with("bytes", Json.number(file.bytes()))
                        .with("path", file.path())
                        .with("sha256", file.digest().hex()))
                .toList();
        return CanonicalJson.encode(Json.fields().with("files", new Json.Items(items)));
    }

    public Digest digest() {
        return Digest.of(bytes());
    }

    public Optional<Digest> file(String path) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .map(Entry::digest)
                .findFirst();
    }

    /// Digest of the chat template; of no bytes at all where the model has none.
    public Digest template() {
        return TEMPLATES.stream()
                .flatMap(name -> file(name).stream())
                .findFirst()
                .orElseGet(() -> Digest.of(new byte[0]));
    }
}
