/// The one place where gRPC meets the house: callers in, faults out, bodies on virtual threads, channels to peers.
@NullMarked
package revontuli.platform.grpc;

import org.jspecify.annotations.NullMarked;
