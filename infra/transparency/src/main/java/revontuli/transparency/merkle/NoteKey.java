package revontuli.transparency.merkle;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;

/// A note's verifier key as other tools write it: `<name>+<key id>+<base64 of 0x01 and the raw key>`.
public record NoteKey(String name, VerifyingKey key) {
    private static final Pattern FORM = Pattern.compile("([^+]{1,512})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]{1,64})");
    private static final byte ED25519 = 1;

    public NoteKey {
        SignedNote.checkName(name);
    }

    /// The eight hexadecimal digits that signature lines carry for this key under this name.
    public String id() {
        return HexFormat.of().formatHex(SignedNote.keyHash(name, key));
    }

    public static NoteKey parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new MalformedException("a note's key must be <name>+<8 hexadecimal digits>+<base64>");
        }
        byte[] typed = StrictBase64.decode("a note's key", form.group(3));
        if (typed.length != 1 + VerifyingKey.BYTES || typed[0] != ED25519) {
            throw new MalformedException("a note's key must be Ed25519: the byte 1 and 32 bytes of key");
        }
        NoteKey parsed = new NoteKey(form.group(1), VerifyingKey.ofRaw(Arrays.copyOfRange(typed, 1, typed.length)));
        if (!parsed.id().equals(form.group(2))) {
            throw new MalformedException("the key id is not that of this name and key, which is " + parsed.id());
        }
        return parsed;
    }

    @Override
    public String toString() {
        byte[] raw = key.raw();
        byte[] typed = new byte[1 + raw.length];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name + "+" + id() + "+" + StrictBase64.encode(typed);
    }
}
