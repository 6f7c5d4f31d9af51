/// Training jobs: plans, their states, who may steer them. Every change goes through one book.
///
/// Does not belong here: how a job is carried out (room run).
@NullMarked
package revontuli.trainer.job;

import org.jspecify.annotations.NullMarked;
