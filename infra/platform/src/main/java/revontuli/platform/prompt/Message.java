package revontuli.platform.prompt;

/// One message of a dialogue.
public record Message(Role role, String content) {}
