/// The doors of the service and the calls to its peer safety-svc: wire types to feature types and back.
@NullMarked
package revontuli.inference.grpc;

import org.jspecify.annotations.NullMarked;
