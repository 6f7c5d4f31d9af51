package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.GetDatasetRequest;
import revontuli.api.trainer.v1.ListDatasetsRequest;
import revontuli.api.trainer.v1.ListDatasetsResponse;
import revontuli.api.trainer.v1.RegisterDatasetRequest;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;

@QuarkusTest
class DatasetServiceTest {
    private final Client operator = Client.as("operator");

    @Test
    void registeredDatasetCountsItsTextsAndLeavesARecord() {
        Dataset dataset = operator.dataset("counted", "hei", "päivää");

        assertThat(dataset.getDocumentCount()).isEqualTo(2);
        assertThat(dataset.getTextByteCount()).isEqualTo(3 + 9);
        Records.Seen record = Records.await("datasets/counted", "dataset.registered");
        assertThat(record.actor()).isEqualTo("users/operator");
        assertThat(record.all().fields("digests").text("dataset")).isEqualTo(dataset.getDigest());
    }

    @Test
    void sameFactsAgainAnswerTheSameAndOtherFactsAreRefused() {
        Dataset first = operator.dataset("once", "one");
        Dataset again = operator.dataset("once", "one");
        Grpc.Refused other = Grpc.refusedBy(() -> operator.dataset("once", "two"));

        assertThat(again).isEqualTo(first);
        assertThat(other.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(other.reason()).isEqualTo("DATASET_EXISTS");
        Records.await("datasets/once", "dataset.registered");
        assertThat(Records.of("datasets/once")).hasSize(1);
    }

    @Test
    void lineThatIsMalformedIsNamed() {
        assertThat(refusal("{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\"}\n").details())
                .containsEntry("line", "2");
        List<String> files = List.of(
                "",
                "\n",
                "{\"id\":\"a\",\"text\":\"x\"",
                "{\"id\":\"a\",\"text\":\"\"}\n",
                "{\"id\":\"\",\"text\":\"x\"}\n",
                "{\"id\":1,\"text\":\"x\"}\n",
                "{\"id\":\"a\",\"text\":\"x\",\"url\":\"y\"}\n",
                "{\"id\":\"a\",\"text\":\"x\",\"text\":\"y\"}\n",
                "{\"id\":\"a\",\"text\":\"\\ud800\"}\n",
                "[\"a\",\"x\"]\n",
                "{\"id\":\"a\",\"text\":\"x\"} {}\n",
                "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"a\",\"text\":\"y\"}\n");
        for (String file : files) {
            assertThat(refusal(file).reason()).as(file).isEqualTo("MALFORMED_LINE");
        }
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] file = "{\"id\":\"a\",\"text\":\"x?\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        file[18] = (byte) 0xff;
        String digest = operator.upload(file).getDigest();

        Grpc.Refused refused = Grpc.refusedBy(() -> register("broken", digest, "en", "CC0-1.0"));

        assertThat(refused.reason()).isEqualTo("MALFORMED_LINE");
        assertThat(refused.message()).contains("UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "Upper, en, CC0-1.0, MALFORMED_NAME",
        "good, sv, CC0-1.0, UNKNOWN_LANGUAGE",
        "good, en, '', LICENSE_MISSING",
    })
    void wrongFieldIsRefused(String id, String language, String license, String reason) {
        String digest = operator.upload(Client.lines("x")).getDigest();

        assertThat(Grpc.refusedBy(() -> register(id, digest, language, license)).reason())
                .isEqualTo(reason);
    }

    @Test
    void bytesThatWereNeverUploadedAreNotFound() {
        String digest = Digest.of("never".getBytes(StandardCharsets.UTF_8)).toString();

        Grpc.Refused refused = Grpc.refusedBy(() -> register("missing", digest, "en", "CC0-1.0"));

        assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.reason()).isEqualTo("NO_SUCH_ARTIFACT");
        assertThat(Grpc.refusedBy(() -> register("missing", "md5:1", "en", "CC0-1.0"))
                        .reason())
                .isEqualTo("MALFORMED_DIGEST");
    }

    @Test
    void uploadThatIsNotWhatWasExpectedIsRefused() {
        byte[] bytes = "some bytes".getBytes(StandardCharsets.UTF_8);
        String other = Digest.of("others".getBytes(StandardCharsets.UTF_8)).toString();

        assertThat(operator.upload(bytes, Digest.of(bytes).toString()).getByteCount())
                .isEqualTo(10);
        assertThat(Grpc.refusedBy(() -> operator.upload(bytes, other)).reason()).isEqualTo("DIGEST_MISMATCH");
        assertThat(Records.await("artifacts/" + Digest.of(bytes).hex(), "artifact.uploaded")
                        .actor())
                .isEqualTo("users/operator");
    }

    @Test
    void datasetOfAnotherTenantIsNotThere() {
        operator.dataset("private", "secret");
        Client guest = Client.as("guest");

        Grpc.Refused refused = Grpc.refusedBy(() -> guest.datasets()
                .getDataset(GetDatasetRequest.newBuilder()
                        .setName("datasets/private")
                        .build()));

        assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.reason()).isEqualTo("NO_SUCH_DATASET");
        assertThat(guest.datasets()
                        .listDatasets(ListDatasetsRequest.newBuilder()
                                .setPageSize(1_000)
                                .build())
                        .getDatasetsList())
                .noneMatch(one -> one.getName().equals("datasets/private"));
    }

    @Test
    void listIsPagedByName() {
        operator.dataset("page-a", "a");
        operator.dataset("page-b", "b");

        ListDatasetsResponse first = operator.datasets()
                .listDatasets(ListDatasetsRequest.newBuilder().setPageSize(1).build());
        ListDatasetsResponse second = operator.datasets()
                .listDatasets(ListDatasetsRequest.newBuilder()
                        .setPageSize(1)
                        .setPageToken(first.getNextPageToken())
                        .build());

        assertThat(second.getDatasets(0).getName())
                .isGreaterThan(first.getDatasets(0).getName());
        assertThat(Grpc.refusedBy(() -> operator.datasets()
                                .listDatasets(ListDatasetsRequest.newBuilder()
                                        .setPageSize(-1)
                                        .build()))
                        .reason())
                .isEqualTo("NEGATIVE_PAGE_SIZE");
        assertThat(Grpc.refusedBy(() -> operator.datasets()
                                .listDatasets(ListDatasetsRequest.newBuilder()
                                        .setPageToken("forged")
                                        .build()))
                        .reason())
                .isEqualTo("BAD_PAGE_TOKEN");
    }

    private Grpc.Refused refusal(String file) {
        byte[] bytes = file.isEmpty() ? "\n\n".getBytes(StandardCharsets.UTF_8) : file.getBytes(StandardCharsets.UTF_8);
        String digest = operator.upload(bytes).getDigest();
        return Grpc.refusedBy(() -> register("malformed", digest, "en", "CC0-1.0"));
    }

    private Dataset register(String id, String digest, String language, String license) {
        return operator.datasets()
                .registerDataset(RegisterDatasetRequest.newBuilder()
                        .setName("datasets/" + id)
                        .setDigest(digest)
                        .setLanguage(language)
                        .setLicense(license)
                        .setOrigin("a test")
                        .build());
    }
}
