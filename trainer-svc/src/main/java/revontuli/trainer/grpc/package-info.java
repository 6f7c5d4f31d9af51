/// gRPC at the edge: the service\x27s doors, its peers, and the worker\x27s line to the service.
@NullMarked
package revontuli.trainer.grpc;

import org.jspecify.annotations.NullMarked;
