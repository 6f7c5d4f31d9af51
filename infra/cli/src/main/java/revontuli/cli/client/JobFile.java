package revontuli.cli.client;

import java.nio.file.Path;
import revontuli.api.trainer.v1.SubmitJobRequest;

/// A job as people write it: a JSON file {"job_id", "plan"} with the fields of the protobuf files.
public final class JobFile {
    private JobFile() {}

    public static SubmitJobRequest read(Path file) {
        return Wire.merge(Wire.read(file), SubmitJobRequest.newBuilder(), file.toString())
                .build();
    }
}
