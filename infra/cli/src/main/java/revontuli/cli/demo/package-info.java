/// The demo: the whole story once, on the embedded stack, checked as it goes.
@NullMarked
package revontuli.cli.demo;

import org.jspecify.annotations.NullMarked;
