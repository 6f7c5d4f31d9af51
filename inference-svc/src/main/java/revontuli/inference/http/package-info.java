/// The door for clients that speak OpenAI's HTTP interface: the same callers, moderation and records as over gRPC, in
/// the serve lane only.
@NullMarked
package revontuli.inference.http;

import org.jspecify.annotations.NullMarked;
