/// Pages of lists: sizes and opaque tokens, the same in every service.
@NullMarked
package revontuli.platform.paging;

import org.jspecify.annotations.NullMarked;
