package revontuli.cli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;

/// Messages of the API as JSON, with the field names of the protobuf files; zeros and empty values are printed, too.
final class Wire {
    private static final long FILE_BYTES_MAX = 1024 * 1024;

    private Wire() {}

    static String json(MessageOrBuilder message) {
        try {
            return JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .alwaysPrintFieldsWithNoPresence()
                    .omittingInsignificantWhitespace()
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("cannot print an answer as JSON", e);
        }
    }

    /// Reads a message from JSON text; unknown fields are refused with their name.
    static <B extends Message.Builder> B merge(String json, B into, String what) {
        try {
            JsonFormat.parser().merge(json, into);
            return into;
        } catch (InvalidProtocolBufferException e) {
            throw CliException.usage(what + ": " + e.getMessage());
        }
    }

    static String read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw CliException.usage(file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
        }
    }
}
