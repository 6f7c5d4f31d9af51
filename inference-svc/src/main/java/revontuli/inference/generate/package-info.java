/// One request from prompt to finish reason: judged, recorded, generated, released, recorded again. Transports, tables
/// and engines are behind ports.
@NullMarked
package revontuli.inference.generate;

import org.jspecify.annotations.NullMarked;
