/// The service's calls over gRPC: parse, call one feature, map back.
@NullMarked
package revontuli.tokenizer.grpc;

import org.jspecify.annotations.NullMarked;
