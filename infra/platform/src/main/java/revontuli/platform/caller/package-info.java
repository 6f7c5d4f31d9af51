/// Who is calling: principals, tenants, roles, API keys. No transport here.
@NullMarked
package revontuli.platform.caller;

import org.jspecify.annotations.NullMarked;
