package revontuli.causallm;

/// What one training step did.
///
/// `loss` is the mean over `tokens` in nats before the step; `gradientNorm` the global norm before clipping.
/// `applied` is false when loss or norm were not finite: then weights, moments and the step counter are as they were.
public record StepResult(double loss, double gradientNorm, long tokens, boolean applied) {}
