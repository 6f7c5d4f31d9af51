package revontuli.trainer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.trainer.v1.ExportTablesRequest;
import revontuli.api.trainer.v1.ExportTablesResponse;
import revontuli.api.trainer.v1.TableRow;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.platform.grpc.Offload;
import revontuli.trainer.record.TableRows;
import revontuli.transparency.export.ExportTable;

/// TableService over gRPC.
@GrpcService
class TableGrpc extends TableServiceGrpc.TableServiceImplBase {
    private static final int PAGE = 500;

    private final TableRows rows;
    private final Offload offload;

    TableGrpc(TableRows rows, Offload offload) {
        this.rows = rows;
        this.offload = offload;
    }

    @Override
    public void exportTables(ExportTablesRequest request, StreamObserver<ExportTablesResponse> answers) {
        offload.stream(answers, sink -> {
            for (ExportTable table : ExportTable.values()) {
                send(table, sink);
            }
        });
    }

    private void send(ExportTable table, Offload.Sink<ExportTablesResponse> sink) throws InterruptedException {
        List<revontuli.transparency.export.TableRow> page = rows.page(table, "", PAGE);
        sink.send(answer(table, page));
        while (page.size() == PAGE) {
            page = rows.page(table, page.getLast().name(), PAGE);
            sink.send(answer(table, page));
        }
    }

    private static ExportTablesResponse answer(ExportTable table, List<revontuli.transparency.export.TableRow> page) {
        ExportTablesResponse.Builder answer = ExportTablesResponse.newBuilder().setTable(table.title());
        page.forEach(row -> answer.addRows(TableRow.newBuilder()
                .setName(row.name())
                .setState(row.state())
                .setDigest(row.digest().toString())
                .setRecordNumber(row.number())));
        return answer.build();
    }
}
