package revontuli.cli.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.Out;
import revontuli.platform.fault.FaultException;

/// Turns a file of JSON lines into another, line by line. A bad line is answered with an error object in its place
/// and counted; the rest goes on.
final class LineFiles {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private LineFiles() {}

    /// Result for one line; throws [IllegalArgumentException] or a fault with a sentence for a bad one.
    @FunctionalInterface
    interface Work {
        void run(JsonNode line, ObjectNode result);
    }

    /// Where remarks go: beside the results when those go to standard output.
    static Out screen(Path out, Out usual) {
        return "-".equals(out.toString()) ? Out.standard(true) : usual;
    }

    static int run(Path in, Path out, Out usual, Work work) {
        Out screen = screen(out, usual);
        long done = 0;
        long number = 0;
        long bad = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                        open(in),
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)));
                OutputStream results = new BufferedOutputStream(create(out))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                done++;
                ObjectNode result = JSON.createObjectNode();
                String fault = one(line, result, work);
                if (!fault.isEmpty()) {
                    bad++;
                    screen.error("line " + number + ": " + fault);
                    result.removeAll();
                    result.put("line", number)
                            .putObject("error")
                            .put("reason", "BAD_LINE")
                            .put("message", fault);
                }
                results.write(JSON.writeValueAsBytes(result));
                results.write('\n');
                screen.progress(done + " lines");
            }
        } catch (CharacterCodingException _) {
            throw CliException.refused(in + " is not UTF-8, at line " + (number + 1) + " or after");
        } catch (IOException e) {
            throw CliException.refused("cannot use " + in + " or " + out + ": " + IoReason.of(e));
        }
        screen.note(done + " lines, " + bad + " bad");
        return bad == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }

    static InputStream open(Path in) throws IOException {
        return "-".equals(in.toString()) ? System.in : Files.newInputStream(in);
    }

    static OutputStream create(Path out) throws IOException {
        return "-".equals(out.toString()) ? System.out : Files.newOutputStream(out);
    }

    private static String one(String line, ObjectNode result, Work work) {
        try {
            JsonNode node = JSON.readTree(line);
            if (!node.path("id").isTextual()) {
                return "field 'id' must be a string";
            }
            result.put("id", node.path("id").asText());
            work.run(node, result);
            return "";
        } catch (JsonProcessingException e) {
            return "not JSON: " + e.getOriginalMessage();
        } catch (IllegalArgumentException | FaultException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
