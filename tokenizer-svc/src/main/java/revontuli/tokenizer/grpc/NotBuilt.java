package revontuli.tokenizer.grpc;

import io.grpc.stub.StreamObserver;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Offload;

/// A request stream that is answered at once with `UNIMPLEMENTED`.
final class NotBuilt {
    private NotBuilt() {}

    static <Q, A> StreamObserver<Q> stream(StreamObserver<A> answers, Offload offload, String what) {
        answers.onError(offload.statusOf(Fault.notBuilt(what)));
        return new StreamObserver<>() {
            @Override
            public void onNext(Q ignored) {}

            @Override
            public void onError(Throwable ignored) {}

            @Override
            public void onCompleted() {}
        };
    }
}
