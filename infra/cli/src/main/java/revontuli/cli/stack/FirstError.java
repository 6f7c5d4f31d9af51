package revontuli.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/// Finds, in the log of a service that did not start, the line that says why; plain lines and JSON lines.
final class FirstError {
    private static final int CHARS_MAX = 400;
    private static final int LINES_MAX = 20_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private FirstError() {}

    /// The first error with its deepest cause, else the last line, on one line.
    ///
    /// @param from where in the log the last start of the service begins
    static String in(Path log, long from) {
        try (InputStream bytes = Files.newInputStream(log)) {
            bytes.skipNBytes(from);
            BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
            return find(lines.lines().limit(LINES_MAX).iterator());
        } catch (IOException | UncheckedIOException e) {
            return "cannot read " + log + ": " + e.getMessage();
        }
    }

    private static String find(Iterator<String> lines) {
        String last = "its log is empty";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isBlank()) {
                continue;
            }
            Optional<String> json = jsonError(line);
            if (json.isPresent()) {
                return cut(json.get());
            }
            if (isError(line)) {
                return cut(line.strip() + deepestCause(lines));
            }
            last = line;
        }
        return cut(last.strip());
    }

    private static boolean isError(String line) {
        return line.contains(" ERROR ")
                || line.contains("[aot] An error has occurred while processing the AOT cache")
                || line.contains(" FATAL ")
                || line.contains("Exception in thread")
                || line.startsWith("Caused by:")
                || line.startsWith("Error:")
                || line.startsWith("Error occurred during initialization");
    }

    /// The last `Caused by` of the stack trace that follows.
    private static String deepestCause(Iterator<String> lines) {
        String cause = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("Caused by:")) {
                cause = " | " + line.substring("Caused by:".length()).strip();
            } else if (!line.startsWith("\t") && !line.startsWith(" ") && !line.contains("Exception")) {
                return cause;
            }
        }
        return cause;
    }

    private static Optional<String> jsonError(String line) {
        if (!line.startsWith("{") || !(line.contains("\"ERROR\"") || line.contains("\"FATAL\""))) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(line);
            return Optional.of(json.path("message").asText("") + deepestCause(json.path("exception")));
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    private static String deepestCause(JsonNode exception) {
        JsonNode deepest = exception;
        while (deepest.path("causedBy").path("exception").isObject()) {
            deepest = deepest.path("causedBy").path("exception");
        }
        return deepest.isObject()
                ? " | " + deepest.path("exceptionType").asText("") + ": "
                        + deepest.path("message").asText("")
                : "";
    }

    private static String cut(String text) {
        return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX) + "...";
    }
}
