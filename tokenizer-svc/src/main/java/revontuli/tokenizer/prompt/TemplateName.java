package revontuli.tokenizer.prompt;

import java.util.Map;
import revontuli.platform.fault.Fault;
import revontuli.platform.paging.ResourceNames;

/// `tokenizers/{tokenizer}/templates/{template}`, checked once here.
public record TemplateName(String tokenizer, String template) {
    private static final String FORM = "tokenizers/{id}/templates/{id}, ids of 1 to 63 characters a-z, 0-9 and -";

    /// Reads a name.
    ///
    /// @param field name of the field, for the fault MALFORMED_NAME
    public static TemplateName parse(String field, String name) {
        String[] parts = name.split("/", -1);
        if (parts.length != 4
                || !parts[0].equals("tokenizers")
                || !ResourceNames.isId(parts[1])
                || !parts[2].equals("templates")
                || !ResourceNames.isId(parts[3])) {
            throw new Fault.Invalid("MALFORMED_NAME", field + ": must be " + FORM, Map.of("field", field, "form", FORM))
                    .toException();
        }
        return new TemplateName(parts[1], parts[3]);
    }

    @Override
    public String toString() {
        return "tokenizers/" + tokenizer + "/templates/" + template;
    }
}
