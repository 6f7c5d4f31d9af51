package revontuli.safety.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.api.safety.v1.ApiKey;
import revontuli.api.safety.v1.CreateApiKeyRequest;
import revontuli.api.safety.v1.CreateApiKeyResponse;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ListApiKeysRequest;
import revontuli.api.safety.v1.ListApiKeysResponse;
import revontuli.api.safety.v1.RevokeApiKeyRequest;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.safety.keys.KeyDesk;
import revontuli.safety.keys.KeyRing;

/// KeyService over gRPC.
@GrpcService
class KeyGrpc extends KeyServiceGrpc.KeyServiceImplBase {
    private final KeyDesk keys;
    private final Admission admission;
    private final Offload offload;

    KeyGrpc(KeyDesk keys, Admission admission, Offload offload) {
        this.keys = keys;
        this.admission = admission;
        this.offload = offload;
    }

    @Override
    public void createApiKey(CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            String user = ResourceNames.parse("principal", "users", request.getPrincipal());
            KeyDesk.Issued issued =
                    keys.create(CallContext.caller(), "users/" + user, List.copyOf(request.getRolesList()));
            return CreateApiKeyResponse.newBuilder()
                    .setApiKey(proto(issued.key()))
                    .setText(issued.text().text())
                    .build();
        });
    }

    @Override
    public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> answers) {
        offload.unary(answers, () -> {
            String tenant = CallContext.caller().tenant();
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "keys of " + tenant);
            List<revontuli.safety.keys.ApiKey> found =
                    keys.list(CallContext.caller(), place(page.after()), page.size() + 1);
            ListApiKeysResponse.Builder response = ListApiKeysResponse.newBuilder();
            found.stream().limit(page.size()).forEach(key -> response.addApiKeys(proto(key)));
            if (found.size() > page.size()) {
                revontuli.safety.keys.ApiKey last = found.get(page.size() - 1);
                response.setNextPageToken(page.tokenAfter(last.created() + " " + last.name()));
            }
            return response.build();
        });
    }

    @Override
    public void revokeApiKey(RevokeApiKeyRequest request, StreamObserver<ApiKey> answers) {
        offload.unary(answers, () -> {
            String id = ResourceNames.parse("name", "apiKeys", request.getName());
            return proto(keys.revoke(CallContext.caller(), "apiKeys/" + id));
        });
    }

    private static Optional<KeyRing.Place> place(String after) {
        if (after.isEmpty()) {
            return Optional.empty();
        }
        int space = after.indexOf(' ');
        try {
            return Optional.of(new KeyRing.Place(
                    Instant.parse(after.substring(0, Math.max(space, 0))), after.substring(space + 1)));
        } catch (DateTimeException _) {
            throw Places.bad();
        }
    }

    private static ApiKey proto(revontuli.safety.keys.ApiKey key) {
        ApiKey.Builder proto = ApiKey.newBuilder()
                .setName(key.name())
                .setPrincipal(key.owner().principal())
                .setTenant(key.owner().tenant())
                .addAllRoles(
                        key.owner().roles().stream().map(Role::text).sorted().toList())
                .setCreateTime(Times.proto(key.created()));
        key.revoked().ifPresent(time -> proto.setRevokeTime(Times.proto(time)));
        return proto.build();
    }
}
