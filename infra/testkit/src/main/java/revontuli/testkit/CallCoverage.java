package revontuli.testkit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Walks every method of every service of an application by its descriptors, and fails on a silent one: a call that
/// ends with an error leaves a record with caller, method and reason, however it was refused; a call that is answered
/// is an act with its own record or is counted in one.
public final class CallCoverage {
    private static final String RECORDS =
            "select data from outbox where type = 'revontuli.audit.record.sealed.v1' order by position";

    private CallCoverage() {}

    /// Calls every method without a key, with an unknown key, without a role, and with an empty request in every
    /// role, and waits until the records say so.
    public static void everyCallIsOnRecord(DataSource database, ServiceDescriptor... services) {
        Set<String> expected = new TreeSet<>();
        for (ServiceDescriptor service : services) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                expect(expected, "anonymous", method, end(Grpc.anonymous(), method));
                expect(expected, "anonymous", method, end(Grpc.withKey("rvk_" + "A".repeat(43)), method));
                expect(expected, "users/nobody", method, end(Grpc.as("nobody"), method));
                for (String person : new String[] {"caller", "operator", "evaluator", "reviewer", "auditor"}) {
                    expect(expected, "users/" + person, method, end(Grpc.as(person), method));
                }
            }
        }
        Eventually.holds("a record of every call", () -> seen(database).containsAll(expected));
    }

    /// A refused call must be on record by its reason, an answered one must be counted.
    private static void expect(Set<String> expected, String who, MethodDescriptor<?, ?> method, Grpc.Refused end) {
        if (end.code() != Status.Code.CANCELLED) {
            String reason = end.code() == Status.Code.OK
                    ? ""
                    : end.reason().isEmpty() ? end.code().name() : end.reason();
            expected.add(who + " " + method.getFullMethodName() + " " + reason);
        }
    }

    private static Set<String> seen(DataSource database) {
        Set<String> seen = new TreeSet<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORDS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Json.Fields record = CanonicalJson.parseFields(row.getBytes(1)).fields("record");
                if (record.text("action").startsWith("call.")) {
                    Map<String, Json> facts =
                            new TreeMap<>(record.fields("facts").members());
                    seen.add(record.text("actor") + " " + text(facts, "method") + " " + text(facts, "reason"));
                }
            }
            return seen;
        } catch (SQLException e) {
            throw new AssertionError("the outbox cannot be read", e);
        }
    }

    private static String text(Map<String, Json> facts, String name) {
        return facts.get(name) instanceof Json.Text(var value) ? value : "";
    }

    /// Sends one empty request, whatever the kind of the method, and waits for the end.
    private static <Q, A> Grpc.Refused end(Channel channel, MethodDescriptor<Q, A> method) {
        ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        CompletableFuture<Grpc.Refused> end = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(A message) {
                        call.request(1);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(Grpc.Refused.of(status.asRuntimeException(trailers)));
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(method.parseRequest(new ByteArrayInputStream(new byte[0])));
        call.halfClose();
        return end.join();
    }
}
