package revontuli.safety.grpc;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.regex.Pattern;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.LineageDirection;
import revontuli.api.safety.v1.LineageEdge;
import revontuli.api.safety.v1.LineageNode;
import revontuli.api.safety.v1.ModelAsOf;
import revontuli.api.safety.v1.PolicyAsOf;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.api.safety.v1.StateAsOf;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.paging.Page;
import revontuli.safety.ledger.AuditQueries;
import revontuli.safety.ledger.InForce;
import revontuli.safety.ledger.LedgerRecord;
import revontuli.safety.ledger.Lineage;
import revontuli.safety.ledger.RecordFilter;
import revontuli.safety.ledger.Records;
import revontuli.transparency.crypto.Digest;

/// Records between the wire and the ledger.
final class RecordProtos {
    private static final Pattern NAME = Pattern.compile("records/(0|[1-9][0-9]{0,17})");

    private RecordProtos() {}

    static long index(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Fault.invalid("MALFORMED_NAME", "name", "must be records/{index}, such as records/42");
        }
        return Long.parseLong(name.substring(name.indexOf('/') + 1));
    }

    static RecordFilter filter(QueryRecordsRequest request) {
        RecordFilter.Window window = new RecordFilter.Window(
                request.hasFromTime() ? Optional.of(Times.parse("from_time", request.getFromTime())) : Optional.empty(),
                request.hasToTime() ? Optional.of(Times.parse("to_time", request.getToTime())) : Optional.empty());
        return new RecordFilter(
                window,
                request.getTenant(),
                request.getActor(),
                request.getService(),
                request.getAction(),
                request.getSubject(),
                request.getModel(),
                request.getJob());
    }

    /// The page that is asked for; its token is good only with the same filters, for callers of the same tenant.
    static Page page(QueryRecordsRequest request, Caller caller) {
        byte[] filters =
                request.toBuilder().clearPageSize().clearPageToken().build().toByteArray();
        return Page.of(request.getPageSize(), request.getPageToken(), Digest.of(filters) + " " + caller.tenant());
    }

    static Records.Range range(Page page, boolean newestFirst) {
        return new Records.Range(Places.number(page.after()), newestFirst, page.size());
    }

    static QueryRecordsResponse answer(AuditQueries.Answer answer, Page page) {
        QueryRecordsResponse.Builder response =
                QueryRecordsResponse.newBuilder().setLogSize(answer.logSize());
        answer.records().forEach(record -> response.addRecords(record(record)));
        if (answer.more()) {
            response.setNextPageToken(
                    page.tokenAfter(Long.toString(answer.records().getLast().index())));
        }
        return response.build();
    }

    static AuditRecord record(LedgerRecord record) {
        return AuditRecord.newBuilder()
                .setName(record.name())
                .setIndex(record.index())
                .setLeaf(ByteString.copyFrom(record.leaf()))
                .setAction(record.what().action())
                .setSubject(record.what().subject())
                .setEventTime(Times.proto(record.what().time()))
                .setTenant(record.who().tenant())
                .setActor(record.who().actor())
                .setService(record.who().service())
                .putAllDigests(record.digests())
                .build();
    }

    static Lineage.Direction direction(LineageDirection direction) {
        return switch (direction) {
            case LINEAGE_DIRECTION_UNSPECIFIED, LINEAGE_DIRECTION_RESTS_ON -> Lineage.Direction.RESTS_ON;
            case LINEAGE_DIRECTION_DEPENDENTS -> Lineage.Direction.DEPENDENTS;
            case UNRECOGNIZED -> throw Fault.invalid("BAD_FILTER", "direction", "must be rests on or dependents");
        };
    }

    static StateAsOf state(InForce.State state) {
        StateAsOf.Builder proto =
                StateAsOf.newBuilder().setTime(Times.proto(state.time())).setLogSize(state.logSize());
        state.policy()
                .ifPresent(policy -> proto.setPolicy(PolicyAsOf.newBuilder()
                        .setName(policy.what().subject())
                        .setDigest(policy.digests().getOrDefault("policy", ""))
                        .setRecordIndex(policy.index())
                        .setSince(Times.proto(policy.what().time()))));
        state.models()
                .forEach(model -> proto.addModels(ModelAsOf.newBuilder()
                        .setName(model.name())
                        .setDigest(model.record().digests().getOrDefault("model", ""))
                        .setStatementDigest(model.record().digests().getOrDefault("statement", ""))
                        .setAdmission(model.admission())
                        .setCurrent(model.current())
                        .setRecordIndex(model.record().index())
                        .setSince(Times.proto(model.record().what().time()))
                        .addAllApprovals(model.approvals())));
        return proto.build();
    }

    static revontuli.api.safety.v1.Lineage lineage(Lineage.Graph graph) {
        revontuli.api.safety.v1.Lineage.Builder lineage =
                revontuli.api.safety.v1.Lineage.newBuilder().setTruncated(graph.truncated());
        graph.nodes()
                .forEach(node -> lineage.addNodes(LineageNode.newBuilder()
                        .setSubject(node.subject())
                        .setKind(node.kind())
                        .setDigest(node.digest())
                        .setRecordIndex(node.record())
                        .putAllFacts(node.facts())));
        graph.edges()
                .forEach(edge -> lineage.addEdges(LineageEdge.newBuilder()
                        .setFrom(edge.from())
                        .setTo(edge.to())
                        .setRelation(edge.relation())));
        return lineage.build();
    }
}
