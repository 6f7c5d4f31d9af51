package revontuli.platform.event;

import revontuli.platform.fault.Fault;

/// An event that a handler does not take, and why; no later try would end otherwise.
public record RefusedEvent(ReceivedEvent event, Fault fault) {}
