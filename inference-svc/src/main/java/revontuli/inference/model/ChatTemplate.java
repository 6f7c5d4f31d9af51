package revontuli.inference.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.prompt.Frame;
import revontuli.platform.prompt.Part;
import revontuli.platform.prompt.Role;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.MalformedException;

/// The chat template that a model brought along as `chat_template.json`: the canonical JSON of a template that
/// tokenizer-svc registered, so that both name it by one digest.
///
/// @param end control token that ends an answer, where the template ends one so
/// @param stop text that does, where no control token does
public record ChatTemplate(Digest digest, Frame frame, OptionalInt end, Optional<String> stop) {
    /// Its file beside the weights.
    public static final String FILE = "chat_template.json";

    private static final int STOP_CHARS_MAX = 64;
    private static final Digest NOTHING = Digest.of(new byte[0]);

    /// The template among the files of a model, where there is one.
    static Optional<ChatTemplate> of(
            Manifest manifest, ServedIdentity identity, ArtifactStore artifacts, TextCodec codec) throws LoadRejected {
        Optional<Digest> file = manifest.digestOf(FILE);
        Digest signed = identity.digests().getOrDefault("template", NOTHING);
        if (file.isEmpty()) {
            return Optional.empty(); // a template of another form may be there and signed for; it is not used
        }
        if (!signed.equals(NOTHING) && !signed.equals(file.get())) {
            throw new LoadRejected("WRONG_TEMPLATE", FILE + " is not the one that was signed for", Map.of());
        }
        try {
            Frame frame = Frame.parse(artifacts.read(file.get(), CanonicalJson.BYTES_MAX));
            for (Part part : frame.parts().toList()) {
                if (part instanceof Part.Control(var token)) {
                    control(codec, token);
                }
            }
            return Optional.of(of(file.get(), frame, codec));
        } catch (MalformedException malformed) {
            throw new LoadRejected("TEMPLATE_MALFORMED", FILE + ": " + malformed.getMessage(), Map.of());
        }
    }

    /// An answer ends at the first control token that the template puts behind it or before what the user says next;
    /// without one at that text.
    private static ChatTemplate of(Digest digest, Frame frame, TextCodec codec) throws LoadRejected {
        List<Part> next = new ArrayList<>();
        Frame.Around answer = frame.roles().get(Role.ASSISTANT);
        if (answer != null) {
            next.addAll(answer.after());
        }
        Frame.Around user = frame.roles().get(Role.USER);
        if (user != null) {
            next.addAll(user.before());
        }
        StringBuilder text = new StringBuilder();
        for (Part part : next) {
            switch (part) {
                case Part.Control(var token) -> {
                    return new ChatTemplate(digest, frame, OptionalInt.of(control(codec, token)), Optional.empty());
                }
                case Part.Literal(var literal) -> text.append(literal);
            }
        }
        text.setLength(Math.min(text.length(), STOP_CHARS_MAX));
        Optional<String> stop = Optional.of(text.toString()).filter(any -> !any.isBlank());
        return new ChatTemplate(digest, frame, OptionalInt.empty(), stop);
    }

    private static int control(TextCodec codec, String token) throws LoadRejected {
        return codec.added(token)
                .filter(TextCodec.AddedToken::special)
                .map(TextCodec.AddedToken::id)
                .orElseThrow(() -> new LoadRejected(
                        "TEMPLATE_MALFORMED",
                        FILE + ": '" + token + "' is no special token of the tokenizer",
                        Map.of()));
    }
}
