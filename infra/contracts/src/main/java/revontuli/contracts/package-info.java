/// What crosses a process and is not protobuf: the list of topics. Knows no framework.
@NullMarked
package revontuli.contracts;

import org.jspecify.annotations.NullMarked;
