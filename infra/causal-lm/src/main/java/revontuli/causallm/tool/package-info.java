/// Makes the first weights of the small model that is shipped with the command line.
///
/// The only room here that reads text, and nothing calls it at run time: its tokenizer library is an optional
/// dependency. Training jobs, their data and their evidence belong to trainer-svc.
@NullMarked
package revontuli.causallm.tool;

import org.jspecify.annotations.NullMarked;
