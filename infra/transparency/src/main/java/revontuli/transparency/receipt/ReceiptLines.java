package revontuli.transparency.receipt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.SignedNote;

/// A receipt as lines and back. One receipt has one spelling.
final class ReceiptLines {
    private static final String FORMAT = "revontuli-receipt v1";

    private final String[] lines;
    private int next;

    private ReceiptLines(String[] lines) {
        this.lines = lines;
    }

    /// Everything that the seal is over.
    static byte[] body(Receipt.Body body) {
        Writer out = new Writer();
        out.line(FORMAT);
        Receipt.About about = body.about();
        out.line("about "
                + CanonicalJson.text(Json.fields()
                        .with("generation", about.generation())
                        .with("log", about.log())
                        .with("size", Json.number(about.size()))
                        .with("create_time", Field.print(about.createTime()))));
        for (Receipt.Entry entry : body.records()) {
            out.begin("record " + entry.index() + " ");
            out.bytes(entry.leaf());
            out.line("");
            out.line("proof"
                    + entry.hashes().stream()
                            .map(hash -> " " + StrictBase64.encode(hash.value()))
                            .collect(Collectors.joining()));
        }
        body.artifacts()
                .forEach(artifact ->
                        out.line("artifact " + artifact.digest() + " " + StrictBase64.encode(artifact.bytes())));
        body.openings()
                .forEach(opening ->
                        out.line("opening " + opening.commitment() + " " + StrictBase64.encode(opening.salt())));
        out.line("checkpoint " + StrictBase64.encode(body.checkpoint().bytes()));
        return out.all();
    }

    static byte[] file(Receipt receipt) {
        Writer out = new Writer();
        out.bytes(body(receipt.body()));
        out.line("seal " + StrictBase64.encode(receipt.seal().bytes()));
        receipt.texts().forEach(text -> out.line("text " + StrictBase64.encode(text.getBytes(StandardCharsets.UTF_8))));
        return out.all();
    }

    static Receipt parse(byte[] file) {
        if (file.length > Receipt.BYTES_MAX) {
            throw new MalformedException("a receipt may have " + Receipt.BYTES_MAX + " bytes, not " + file.length);
        }
        String text = utf8(file, "a receipt");
        if (!text.endsWith("\n")) {
            throw new MalformedException("a receipt must end with a whole line: it is cut off");
        }
        Receipt receipt = new ReceiptLines(text.substring(0, text.length() - 1).split("\n", -1)).read();
        if (!Arrays.equals(receipt.bytes(), file)) {
            throw new MalformedException("a receipt must have exactly its own lines");
        }
        return receipt;
    }

    private Receipt read() {
        if (!lines[0].equals(FORMAT)) {
            throw new MalformedException("line 1 must be " + FORMAT);
        }
        next = 1;
        Receipt.About about = about(rest("about"));
        List<Receipt.Entry> records = new ArrayList<>();
        while (has("record")) {
            records.add(entry());
        }
        List<Receipt.Artifact> artifacts = new ArrayList<>();
        while (has("artifact")) {
            String[] parts = two(rest("artifact"));
            artifacts.add(new Receipt.Artifact(Digest.parse(parts[0]), base64(parts[1])));
        }
        List<Receipt.Opening> openings = new ArrayList<>();
        while (has("opening")) {
            String[] parts = two(rest("opening"));
            byte[] salt = base64(parts[1]);
            if (salt.length != Commitment.SALT_BYTES) {
                throw malformed("a salt has " + Commitment.SALT_BYTES + " bytes");
            }
            openings.add(new Receipt.Opening(Commitment.parse(parts[0]), salt));
        }
        SignedNote checkpoint = SignedNote.parse(base64(rest("checkpoint")));
        SignedNote seal = SignedNote.parse(base64(rest("seal")));
        List<String> texts = new ArrayList<>();
        while (has("text")) {
            texts.add(utf8(base64(rest("text")), "a text"));
        }
        if (next < lines.length) {
            throw malformed("nothing may stand here");
        }
        return new Receipt(about, records, artifacts, openings, checkpoint, seal, texts);
    }

    private Receipt.About about(String json) {
        Json.Fields in = CanonicalJson.parseFields(json.getBytes(StandardCharsets.UTF_8));
        return new Receipt.About(
                in.text("generation"),
                in.text("log"),
                Json.parseNumber("size", in.text("size")),
                Field.parseTime("create_time", in.text("create_time")));
    }

    private Receipt.Entry entry() {
        String[] parts = two(rest("record"));
        long index = Json.parseNumber("index", parts[0]);
        List<Digest> hashes = new ArrayList<>();
        String proof = rest("proof");
        if (!proof.isEmpty()) {
            for (String hash : proof.split(" ", -1)) {
                hashes.add(Digest.ofValue(base64(hash)));
            }
        }
        return new Receipt.Entry(index, parts[1].getBytes(StandardCharsets.UTF_8), hashes);
    }

    private boolean has(String word) {
        return next < lines.length && lines[next].startsWith(word + " ");
    }

    private String rest(String word) {
        if (next >= lines.length || !(lines[next].equals(word) || has(word))) {
            throw malformed("must begin with '" + word + "'");
        }
        String line = lines[next++];
        return line.length() == word.length() ? "" : line.substring(word.length() + 1);
    }

    private String[] two(String text) {
        String[] parts = text.split(" ", 2);
        if (parts.length != 2) {
            throw malformed("must name two things");
        }
        return parts;
    }

    private byte[] base64(String text) {
        return StrictBase64.decode("line " + next, text);
    }

    private MalformedException malformed(String why) {
        return new MalformedException("line " + (next + 1) + " of the receipt " + why);
    }

    private static String utf8(byte[] bytes, String what) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedException(what + " must be valid UTF-8");
        }
    }

    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void begin(String text) {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        void line(String text) {
            begin(text + "\n");
        }

        void bytes(byte[] bytes) {
            out.writeBytes(bytes);
        }

        byte[] all() {
            return out.toByteArray();
        }
    }
}
