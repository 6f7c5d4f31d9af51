package revontuli.trainer.job;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.json.StrictJson;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// A plan as JSON. Reads what people and protobuf's JSON mapping write: `snake_case` or `lowerCamelCase`, numbers as
/// numbers or as texts; a field that is unknown, or there twice, is refused. Writes the one canonical form.
public final class PlanText {
    private static final int EXPONENT_MAX = 400;

    private PlanText() {}

    public static byte[] bytes(Plan plan) {
        return CanonicalJson.encode(fields(plan));
    }

    public static Json.Fields fields(Plan plan) {
        return Json.fields()
                .with("base_model", plan.baseModel())
                .with("model", plan.model())
                .with(
                        "stages",
                        new Json.Items(
                                plan.stages().stream().map(PlanText::fields).toList()))
                .with("evaluation_datasets", Json.Items.ofTexts(plan.heldOut()))
                .with("seed", Json.number(plan.shape().seed()))
                .with("sequence_tokens", Json.number(plan.shape().sequenceTokens()))
                .with("batch_rows", Json.number(plan.shape().batchRows()))
                .with("priority", Json.number(plan.priority()));
    }

    private static Json fields(Plan.Stage stage) {
        List<Json> mixture = stage.mixture().stream()
                .<Json>map(part -> Json.fields()
                        .with("dataset", part.dataset())
                        .with("weight", Double.toString(part.weight()))
                        .with("replay", new Json.Flag(part.replay())))
                .toList();
        return Json.fields()
                .with("kind", stage.kind().text())
                .with("mixture", new Json.Items(mixture))
                .with("token_budget", Json.number(stage.tokenBudget()))
                .with("learning_rate", Double.toString(stage.learningRate()))
                .with("warmup_share", Double.toString(stage.warmupShare()));
    }

    /// Reads the form that [#bytes] writes, from our own table.
    public static Plan parse(String text) {
        try {
            return read(StrictJson.object(text.getBytes(StandardCharsets.UTF_8)));
        } catch (StrictJson.Malformed e) {
            throw new IllegalStateException("a stored plan cannot be read", e);
        }
    }

    /// Reads the members of an object; faults name the field by its path under `plan`.
    public static Plan read(Map<?, ?> object) {
        Node in = new Node("plan", object);
        List<Plan.Stage> stages = new ArrayList<>();
        for (Node stage : in.nodes("stages")) {
            stages.add(stage(stage));
        }
        Plan plan = new Plan(
                in.text("base_model"),
                in.text("model"),
                stages,
                in.texts("evaluation_datasets"),
                new Plan.Shape(in.whole("seed"), in.small("sequence_tokens"), in.small("batch_rows")),
                in.small("priority"));
        in.requireNothingElse();
        return plan;
    }

    private static Plan.Stage stage(Node in) {
        List<Plan.Part> mixture = new ArrayList<>();
        for (Node part : in.nodes("mixture")) {
            mixture.add(new Plan.Part(part.text("dataset"), part.number("weight"), part.flag("replay")));
            part.requireNothingElse();
        }
        Plan.Stage stage = new Plan.Stage(
                kind(in.path() + ".kind", in.text("kind")),
                mixture,
                in.whole("token_budget"),
                in.number("learning_rate"),
                in.number("warmup_share"));
        in.requireNothingElse();
        return stage;
    }

    /// Reads a stage's kind at any edge.
    public static Plan.Kind kind(String field, String text) {
        return Plan.Kind.find(text).orElseThrow(() -> new Fault.Invalid(
                        "UNKNOWN_STAGE_KIND", field + ": must be cap, cat or safety", Map.of("field", field))
                .toException());
    }

    /// An object under its path, its names made `snake_case`; remembers what was asked for.
    private static final class Node {
        private final String path;
        private final Map<String, Object> left = new HashMap<>();

        Node(String path, Map<?, ?> object) {
            this.path = path;
            object.forEach((name, value) -> {
                if (left.put(snake(String.valueOf(name)), value) != null) {
                    throw malformed(path + "." + snake(String.valueOf(name)), "stands there twice");
                }
            });
        }

        String path() {
            return path;
        }

        String text(String name) {
            Object value = left.remove(name);
            if (value == null || value instanceof String) {
                return value == null ? "" : (String) value;
            }
            throw malformed(path + "." + name, "must be a text");
        }

        boolean flag(String name) {
            Object value = left.remove(name);
            if (value == null || value instanceof Boolean) {
                return Boolean.TRUE.equals(value);
            }
            throw malformed(path + "." + name, "must be true or false");
        }

        long whole(String name) {
            try {
                return decimal(name).longValueExact();
            } catch (ArithmeticException _) {
                throw malformed(path + "." + name, "must be a whole number of 64 bits");
            }
        }

        int small(String name) {
            long value = whole(name);
            if (value != (int) value) {
                throw malformed(path + "." + name, "must be a whole number of 32 bits");
            }
            return (int) value;
        }

        double number(String name) {
            return decimal(name).doubleValue();
        }

        /// An exponent without bound would make exact arithmetic take all memory.
        private BigDecimal decimal(String name) {
            Object value = left.remove(name);
            BigDecimal number =
                    switch (value) {
                        case null -> BigDecimal.ZERO;
                        case BigDecimal decimal -> decimal;
                        case String text -> parse(name, text);
                        default -> throw malformed(path + "." + name, "must be a number");
                    };
            if (Math.abs((long) number.scale()) > EXPONENT_MAX) {
                throw malformed(path + "." + name, "must be a number of ordinary size");
            }
            return number;
        }

        private BigDecimal parse(String name, String text) {
            try {
                if (text.length() <= 64) {
                    return new BigDecimal(text);
                }
            } catch (NumberFormatException _) {
                // said below
            }
            throw malformed(path + "." + name, "must be a number");
        }

        List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            for (Object item : list(name)) {
                if (!(item instanceof String text)) {
                    throw malformed(path + "." + name, "must be a list of texts");
                }
                texts.add(text);
            }
            return texts;
        }

        List<Node> nodes(String name) {
            List<Node> nodes = new ArrayList<>();
            for (Object item : list(name)) {
                if (!(item instanceof Map<?, ?> object)) {
                    throw malformed(path + "." + name, "must be a list of objects");
                }
                nodes.add(new Node(path + "." + name + "[" + nodes.size() + "]", object));
            }
            return nodes;
        }

        private List<?> list(String name) {
            Object value = left.remove(name);
            if (value == null || value instanceof List<?>) {
                return value == null ? List.of() : (List<?>) value;
            }
            throw malformed(path + "." + name, "must be a list");
        }

        void requireNothingElse() {
            left.keySet().stream().sorted().findFirst().ifPresent(name -> {
                throw new Fault.Invalid(
                                "UNKNOWN_FIELD",
                                path + "." + name + ": no such field",
                                Map.of("field", path + "." + name))
                        .toException();
            });
        }

        private static String snake(String name) {
            StringBuilder snake = new StringBuilder();
            name.chars().forEach(c -> {
                if (c >= 'A' && c <= 'Z') {
                    snake.append('_').append((char) (c + 32));
                } else {
                    snake.append((char) c);
                }
            });
            return snake.toString();
        }
    }

    private static FaultException malformed(String field, String message) {
        return Fault.invalid("MALFORMED_FIELD", field, message);
    }
}
