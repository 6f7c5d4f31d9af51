package revontuli.bpe;

import java.util.Random;

/// Texts of a seed: characters of all planes, and what split patterns care about more often than chance would have it.
final class Texts {
    static final String[] PARTS = {
        " ",
        "  ",
        "   ",
        "\n",
        "\r\n",
        "\n\n",
        "\t",
        "\u00A0",
        "\u3000",
        "\u2028",
        "\u0085",
        "'s",
        "'S",
        "'\u017F",
        "'re",
        "'RE",
        "'ll",
        "'lL",
        "'d",
        "'",
        "'x",
        "/",
        "//",
        "a",
        "b",
        "Z",
        "the",
        " the",
        "The",
        "THE",
        "don't",
        "CamelCase",
        "word",
        "0",
        "7",
        "42",
        "12345",
        "\u0663",
        "\u00BD",
        "\u2167",
        "\u4E2D",
        "\u6587",
        "\u3042",
        "\u0915",
        "\u094D",
        "\u0937",
        "\u093C",
        "e\u0301",
        "\u00E9",
        "\u0301",
        "\u0323",
        "\u1EC7",
        "\u01C5",
        "\u02B0",
        "\u0E01",
        "\uAC00",
        "\u1100",
        "\u1161",
        "\u11A8",
        "\uD83D\uDE00",
        "\uD83D\uDC68\u200D\uD83D\uDC69",
        "!",
        "...",
        "(",
        ")",
        "{",
        "}",
        "=",
        "==",
        "<",
        ">",
        "_",
        "-",
        "\u3001",
        "\u3002",
        "\u0964",
        "\u212B",
        "<|endoftext|>",
        "<|endoftext",
        "<fim_prefix>",
        "<mask>",
        " <mask> ",
        "\u0000",
        "\u007F",
        "\uFFFD",
        "\uFEFF",
        "\u0338",
        "\u0344",
        "\u0958",
        "\u09BE",
        "\u09C7",
        "\uD834\uDD57\uD834\uDD65"
    };

    private final Random random;

    Texts(long seed) {
        random = new Random(seed);
    }

    String next(int partsMost) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(partsMost + 1);
        for (int i = 0; i < parts; i++) {
            int kind = random.nextInt(10);
            if (kind < 7) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            } else if (kind < 9) {
                text.appendCodePoint(anyOf(random.nextInt(3) == 0 ? 0x110000 : 0x3000));
            } else {
                int first = anyOf(0x110000);
                for (int j = random.nextInt(6); j >= 0; j--) {
                    int c = Math.min(first + j, 0x10FFFF);
                    text.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 'x' : c);
                }
            }
        }
        return text.toString();
    }

    private int anyOf(int end) {
        int c = random.nextInt(end);
        return c >= 0xD800 && c < 0xE000 ? 0x20000 + c : c;
    }
}
