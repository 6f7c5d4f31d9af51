/// The services of `revontuli.safety.v1` over gRPC: parse, call one feature, map back.
@NullMarked
package revontuli.safety.grpc;

import org.jspecify.annotations.NullMarked;
