package revontuli.safety.personal;

import java.util.Locale;

/// Kinds of personal data and secrets that are looked for. The id stands in policies, spans and placeholders.
public enum Kind {
    EMAIL,
    PHONE,
    CARD,
    IBAN,
    IP,
    /// Finnish personal identity code.
    HETU,
    AADHAAR,
    /// Indian permanent account number of the tax office.
    PAN,
    MY_NUMBER,
    /// Vietnamese citizen identity number.
    CCCD,
    SSN,
    /// A passport's number, known by the word beside it.
    PASSPORT,
    /// A person's name where it is introduced, filled in or addressed.
    NAME,
    /// A key or token by its format, or a value assigned to a name such as `password`.
    SECRET,
    /// The head of a private key in PEM form.
    PRIVATE_KEY;

    private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String id() {
        return id;
    }
}
