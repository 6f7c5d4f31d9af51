package revontuli.tokenizer.prompt;

/// How large prompts and templates may be.
///
/// @param messagesMax messages of one dialogue
/// @param contentBytesMax UTF-8 bytes of all messages, or of prefix and suffix
/// @param partsMax parts of a template in all
/// @param partBytesMax UTF-8 bytes of one literal part
/// @param templatesMax templates of one tokenizer
/// @param versionsMax versions of one template
public record PromptLimits(
        int messagesMax, long contentBytesMax, int partsMax, int partBytesMax, int templatesMax, int versionsMax) {}
