/// The verbs that call the running services over gRPC, or write to Kafka as a client would.
///
/// Each verb parses its options, makes its calls and prints; what several verbs need lies in small classes beside
/// them.
@NullMarked
package revontuli.cli.client;

import org.jspecify.annotations.NullMarked;
