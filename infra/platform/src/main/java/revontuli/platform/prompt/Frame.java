package revontuli.platform.prompt;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// What stands around the messages of a dialogue. Its digest is that of its canonical JSON.
///
/// @param begin before the first message
/// @param roles around the messages, by who speaks
/// @param answer after the last message when an answer is to follow
public record Frame(List<Part> begin, Map<Role, Around> roles, List<Part> answer) {
    private static final String KIND = "chat-template.v1";

    /// Before and after one message.
    public record Around(List<Part> before, List<Part> after) {
        public Around {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    public Frame {
        begin = List.copyOf(begin);
        roles = Map.copyOf(roles);
        answer = List.copyOf(answer);
    }

    /// Every part, in no order.
    public Stream<Part> parts() {
        return Stream.of(
                        begin.stream(),
                        roles.values().stream().flatMap(around -> around.before().stream()),
                        roles.values().stream().flatMap(around -> around.after().stream()),
                        answer.stream())
                .flatMap(part -> part);
    }

    public byte[] bytes() {
        Json.Fields around = Json.fields();
        for (Map.Entry<Role, Around> role : roles.entrySet()) {
            around = around.with(
                    role.getKey().word(),
                    Json.fields()
                            .with("before", json(role.getValue().before()))
                            .with("after", json(role.getValue().after())));
        }
        return CanonicalJson.encode(Json.fields()
                .with("kind", KIND)
                .with("begin", json(begin))
                .with("roles", around)
                .with("answer", json(answer)));
    }

    public static Frame parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        if (!in.text("kind").equals(KIND)) {
            throw new MalformedException("not a chat template");
        }
        Map<Role, Around> roles = new EnumMap<>(Role.class);
        Json.Fields around = in.fields("roles");
        for (Role role : Role.values()) {
            if (around.members().containsKey(role.word())) {
                Json.Fields one = around.fields(role.word());
                roles.put(role, new Around(parts(one.items("before")), parts(one.items("after"))));
            }
        }
        return new Frame(parts(in.items("begin")), roles, parts(in.items("answer")));
    }

    private static Json json(List<Part> parts) {
        List<Json> items = new ArrayList<>();
        for (Part part : parts) {
            items.add(
                    switch (part) {
                        case Part.Literal(var text) -> Json.fields().with("text", text);
                        case Part.Control(var token) -> Json.fields().with("token", token);
                    });
        }
        return new Json.Items(items);
    }

    private static List<Part> parts(List<Json> items) {
        List<Part> parts = new ArrayList<>();
        for (Json item : items) {
            if (!(item instanceof Json.Fields fields)) {
                throw new MalformedException("a part of a template must be an object");
            }
            parts.add(
                    fields.members().containsKey("token")
                            ? new Part.Control(fields.text("token"))
                            : new Part.Literal(fields.text("text")));
        }
        return parts;
    }
}
