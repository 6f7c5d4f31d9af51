package revontuli.cli.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import revontuli.cli.CliException;

/// The text of a line of the shipped sample.
final class Samples {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Samples() {}

    static String text(String line) {
        try {
            return JSON.readTree(line).path("text").asText();
        } catch (JsonProcessingException e) {
            throw CliException.refused("a line of the sample is not JSON: " + e.getOriginalMessage());
        }
    }
}
