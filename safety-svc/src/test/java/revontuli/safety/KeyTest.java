package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.ApiKeyChanged;
import revontuli.api.safety.v1.ApiKey;
import revontuli.api.safety.v1.CreateApiKeyRequest;
import revontuli.api.safety.v1.CreateApiKeyResponse;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ListApiKeysRequest;
import revontuli.api.safety.v1.ListApiKeysResponse;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.RevokeApiKeyRequest;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.TopicProbe;

/// The life of a key: made, shown once, used, told about, revoked.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class KeyTest {
    private static final String TOPIC = "revontuli.safety.apikey";

    @Inject
    LogView log;

    @Test
    void aNewKeyWorksUntilItIsRevoked() {
        CreateApiKeyResponse made = create("operator", "users/ann", "caller");
        Channel channel = Grpc.withKey(made.getText());
        Eventually.holds("a key that works", () -> works(channel));

        ApiKey revoked = keys("operator").revokeApiKey(named(made.getApiKey().getName()));

        assertThat(revoked.hasRevokeTime()).isTrue();
        Eventually.holds("a key that stopped", () -> !works(channel));
        assertThat(Grpc.refusedBy(() -> read(channel)).reason()).isEqualTo("KEY_UNKNOWN");
    }

    @Test
    void everybodyIsToldButNobodyLearnsTheText() {
        CreateApiKeyResponse made = create("operator", "users/ben", "caller", "evaluator");
        String name = made.getApiKey().getName();
        keys("operator").revokeApiKey(named(name));

        List<ApiKeyChanged> news = Eventually.get("two events", () -> {
            List<ApiKeyChanged> seen = newsOf(name);
            return seen.size() == 2 ? java.util.Optional.of(seen) : java.util.Optional.empty();
        });
        assertThat(news).extracting(ApiKeyChanged::getRevoked).containsExactly(false, true);
        assertThat(news.getFirst().getRolesList()).containsExactly("caller", "evaluator");
        assertThat(news.getFirst().getTenant()).isEqualTo("demo");
        log.awaitCount(1, "action = 'apikey.created' and subject = ?", name);
        log.awaitCount(1, "action = 'apikey.revoked' and subject = ?", name);
        assertThat(log.count("convert_from(leaf, 'UTF8') like ?", "%" + made.getText() + "%"))
                .isZero();
    }

    @Test
    void revokingTwiceIsOneRecord() {
        String name = create("operator", "users/cy", "caller").getApiKey().getName();

        ApiKey once = keys("operator").revokeApiKey(named(name));
        ApiKey twice = keys("operator").revokeApiKey(named(name));

        assertThat(twice).isEqualTo(once);
        log.awaitCount(1, "action = 'apikey.revoked' and subject = ?", name);
        assertThat(newsOf(name)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anOperatorCannotGrantWhatOversees() {
        for (String role : List.of("approver", "auditor", "service")) {
            Grpc.Refused refused = Grpc.refusedBy(() -> create("operator", "users/dan", "caller", role));
            assertThat(refused.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(refused.reason()).isEqualTo("ROLE_NOT_GRANTABLE");
        }
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(Grpc.refusedBy(() -> create("operator", "users/eve")).reason())
                .isEqualTo("UNKNOWN_ROLE");
        assertThat(Grpc.refusedBy(() -> create("operator", "users/eve", "king")).reason())
                .isEqualTo("UNKNOWN_ROLE");
        assertThat(Grpc.refusedBy(() -> create("operator", "eve", "caller")).reason())
                .isEqualTo("MALFORMED_NAME");
        assertThat(Grpc.refusedBy(() -> create("caller", "users/eve", "caller")).reason())
                .isEqualTo("ROLE_MISSING");
        assertThat(Grpc.refusedBy(() -> keys("operator").revokeApiKey(named("apiKeys/key-none")))
                        .reason())
                .isEqualTo("NO_SUCH_KEY");
        assertThat(Grpc.refusedBy(() -> keys("operator")
                                .listApiKeys(ListApiKeysRequest.newBuilder()
                                        .setPageSize(-1)
                                        .build()))
                        .reason())
                .isEqualTo("NEGATIVE_PAGE_SIZE");
    }

    @Test
    void anotherTenantSeesAndEndsNothing() {
        String name = create("operator", "users/fay", "caller").getApiKey().getName();

        assertThat(Grpc.refusedBy(() -> keys("guest").revokeApiKey(named(name))).reason())
                .isEqualTo("NO_SUCH_KEY");
        assertThat(all("guest", 1000)).extracting(ApiKey::getName).doesNotContain(name);
        assertThat(all("operator", 1000)).extracting(ApiKey::getName).contains(name);
    }

    @Test
    void listsGoPageByPageNewestFirst() {
        for (int i = 0; i < 3; i++) {
            create("guest", "users/g" + i, "caller");
        }

        List<ApiKey> all = all("guest", 2);

        assertThat(all).extracting(ApiKey::getPrincipal).startsWith("users/g2", "users/g1", "users/g0");
        assertThat(all).extracting(ApiKey::getName).doesNotHaveDuplicates();
        assertThat(all.toString()).doesNotContain("rvk_");
    }

    private static List<ApiKey> all(String who, int pageSize) {
        List<ApiKey> all = new ArrayList<>();
        ListApiKeysRequest.Builder request = ListApiKeysRequest.newBuilder().setPageSize(pageSize);
        ListApiKeysResponse page;
        do {
            page = keys(who).listApiKeys(request.build());
            all.addAll(page.getApiKeysList());
            request.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        return all;
    }

    private static List<ApiKeyChanged> newsOf(String name) {
        return TopicProbe.all(TOPIC).stream()
                .filter(seen -> seen.key().equals(name))
                .map(seen -> {
                    try {
                        return ApiKeyChanged.parseFrom(seen.value());
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private static boolean works(Channel channel) {
        try {
            read(channel);
            return true;
        } catch (io.grpc.StatusRuntimeException _) {
            return false;
        }
    }

    private static Object read(Channel channel) {
        return PolicyServiceGrpc.newBlockingStub(channel)
                .listPolicyVersions(ListPolicyVersionsRequest.getDefaultInstance());
    }

    private static CreateApiKeyResponse create(String who, String principal, String... roles) {
        return keys(who)
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setPrincipal(principal)
                        .addAllRoles(List.of(roles))
                        .build());
    }

    private static RevokeApiKeyRequest named(String name) {
        return RevokeApiKeyRequest.newBuilder().setName(name).build();
    }

    private static KeyServiceGrpc.KeyServiceBlockingStub keys(String who) {
        return KeyServiceGrpc.newBlockingStub(Grpc.as(who));
    }
}
