package revontuli.platform.paging;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import revontuli.platform.fault.Fault;
import revontuli.transparency.crypto.Digest;

/// What a list request asks for (AIP-158): how many, and after which place. The token is opaque to clients, and good
/// only for the filters it was given for.
///
/// @param size how many at the most
/// @param after place in the list's own order, empty at the beginning
/// @param filters digest of everything else in the request
public record Page(int size, String after, String filters) {
    private static final int DEFAULT = 50;
    private static final int MAX = 1_000;
    private static final int TOKEN_CHARS_MAX = 1_024;

    /// Reads the two fields of a request; `filters` is any text that names its other fields.
    public static Page of(int pageSize, String pageToken, String filters) {
        if (pageSize < 0) {
            throw Fault.invalid("NEGATIVE_PAGE_SIZE", "page_size", "must be 0 (default " + DEFAULT + ") to " + MAX);
        }
        int size = pageSize == 0 ? DEFAULT : Math.min(pageSize, MAX);
        String key = Digest.of(filters.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
        return new Page(size, pageToken.isEmpty() ? "" : placeIn(pageToken, key), key);
    }

    /// Token for the page after the item at this place.
    public String tokenAfter(String place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((filters + ":" + place).getBytes(StandardCharsets.UTF_8));
    }

    private static String placeIn(String token, String key) {
        String text = "";
        if (token.length() <= TOKEN_CHARS_MAX) {
            try {
                text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                // said below
            }
        }
        if (!text.startsWith(key + ":")) {
            throw new Fault.Invalid(
                            "BAD_PAGE_TOKEN",
                            "page_token: not from a previous answer to the same request; begin without it",
                            Map.of("field", "page_token"))
                    .toException();
        }
        return text.substring(key.length() + 1);
    }
}
