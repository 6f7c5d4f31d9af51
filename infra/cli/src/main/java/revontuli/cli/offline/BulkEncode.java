package revontuli.cli.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.cli.Out;
import revontuli.tokenizer.bpe.BpeCodec;
import revontuli.tokenizer.djl.DjlCodec;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Text;

/// Encodes a file of texts with the tokenizer of a folder. Special tokens in a text are text.
public final class BulkEncode {
    private static final int UNCUT_BYTES_MAX = 1 << 20;

    private final Path tokenizer;

    /// @param tokenizer folder of a tokenizer.json, or the file itself
    public BulkEncode(Path tokenizer) {
        this.tokenizer = Files.isDirectory(tokenizer) ? tokenizer.resolve("tokenizer.json") : tokenizer;
    }

    public int run(Path in, Path out, Out screen) {
        try {
            byte[] file = Files.readAllBytes(tokenizer);
            Optional<Codec> own = BpeCodec.open(file, UNCUT_BYTES_MAX);
            if (own.isPresent()) {
                return LineFiles.run(in, out, screen, (line, result) -> encode(own.get(), line, result));
            }
            try (DjlCodec codec = DjlCodec.open(file)) {
                return LineFiles.run(in, out, screen, (line, result) -> encode(codec, line, result));
            }
        } catch (IOException e) {
            throw CliException.usage("cannot read the tokenizer " + tokenizer + ": " + IoReason.of(e));
        }
    }

    private static void encode(Codec codec, JsonNode line, ObjectNode result) {
        if (!line.path("text").isTextual()) {
            throw new IllegalArgumentException("field 'text' must be a string");
        }
        String text = Text.of("field 'text'", line.path("text").asText()).string();
        Codec.Encoded encoded = codec.encode(text, false, true);
        ArrayNode ids = result.putArray("ids");
        for (int id : encoded.ids()) {
            ids.add(id);
        }
        ArrayNode offsets = result.putArray("offsets");
        encoded.offsets()
                .forEach(offset -> offsets.addArray().add(offset.byteStart()).add(offset.byteEnd()));
    }
}
