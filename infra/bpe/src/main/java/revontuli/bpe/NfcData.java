package revontuli.bpe;

/// What NFC needs and Java does not tell: combining classes and unsettled characters, as the reference's own
/// normalizer knows them, which stays at Unicode 9. Runs are hexadecimal: distance from the last run's end, after a
/// dash the length less one, after a colon the class.
final class NfcData {
    private static final String CLASSES = """
            300-14:230 1:232 1-3:220 1:232 1:216 1-4:220 1-1:202 1-3:220 1-1:202 1-a:220 1-4:1 1-3:220 \
            1-2:230 3:230 2:230 1:240 1:230 1-2:220 1-2:230 1-1:220 2-2:230 1-3:220 1:230 1:232 1-1:220 \
            1:230 1:233 1-1:234 1:233 1-1:234 1:233 1-c:230 114-4:230 10a:220 1-3:230 1:220 1-2:230 1:222 \
            1:220 1-5:230 1-5:220 1-1:230 1:220 1-1:230 1:222 1:228 1:230 1:10 1:11 1:12 1:13 1:14 1:15 \
            1:16 1:17 1:18 1-1:19 1:20 1:21 1:22 2:23 2:24 1:25 2:230 1:220 2:18 49-7:230 1:30 1:31 1:32 \
            31:27 1:28 1:29 1:30 1:31 1:32 1:33 1:34 1-1:230 1-1:220 1-4:230 1:220 1-1:230 1:220 11:35 \
            66-6:230 3-3:230 1:220 1:230 3-1:230 2:220 1-1:230 1:220 24:36 1f:230 1:220 1-1:230 1:220 \
            1-1:230 1-2:220 1:230 1-1:220 1:230 1:220 1-2:230 1:220 1:230 1:220 1:230 1:220 1:230 1:220 \
            1-1:230 a1-6:230 1:220 1:230 23-3:230 2-8:230 2-2:230 2-4:230 2c-2:220 79-d:230 2:220 1-1:230 \
            1:220 1-1:230 1:220 1-2:230 1-2:220 1:27 1:28 1:29 1-2:230 1:220 1-1:230 1-1:220 1-4:230 3d:7 \
            11:9 4:230 1:220 1-1:230 68:7 11:9 6f:7 11:9 6f:7 11:9 6f:7 11:9 80:9 80:9 8:84 1:91 66:7 11:9 \
            80:9 7d:9 6e-1:103 1:9 e-3:107 6d-1:118 f-3:122 4d-1:220 1c:220 2:220 2:216 38:129 1:130 2:132 \
            6-3:130 3:130 2-1:230 1:9 2-1:230 3f:220 71:7 2-1:9 53:220 2d0-2:230 3b5:9 20:9 9e:9 b:230 \
            cc:228 90:222 1:230 1:220 dc:230 1:220 48:9 15-7:230 3:220 31-4:230 1-5:220 1-1:230 1:220 77:7 \
            10:9 27:230 1:220 1-6:230 37-1:9 3b:7 c-1:9 44:7 99-2:230 2:1 1-4:220 1-1:230 1-3:220 1:230 \
            2-6:1 5:220 7:230 4-1:230 c7-1:230 1:220 1-6:230 1:220 1-1:230 1:234 1:214 1:220 1:202 1-24:230 \
            6:230 1:233 1:220 1:230 1:220 2d1-1:230 1-1:1 1-3:230 1-2:1 1-1:230 5:230 4-1:1 1:230 1:220 \
            1:230 1-1:1 1-3:220 1:230 bff-2:230 8e:9 61-1f:230 22b:218 1:228 1:232 1:222 1-1:224 6a-1:8 \
            75d5:230 5-9:230 21-1:230 51-1:230 115:9 be:9 1c-11:230 3a-2:220 26:9 60:7 d:9 f0:230 2-1:230 \
            1:220 3-1:230 6-1:230 2:230 35:9 f7:9 4f31:26 302-6:230 1-6:220 1-1:230 3ce:220 e3:220 96-4:230 \
            693:220 2:230 29:230 1:1 1:220 5:9 a6:230 1:220 560:9 39:9 3a:9 1:7 46-2:230 31-1:9 3f:7 4d:9 \
            a:7 6b:9 1:7 b3:7 1:9 52:7 11:9 19-6:230 4-4:230 ce:9 4:7 7c:9 1:7 fc:9 1:7 7f:9 77:9 1:7 74:9 \
            514:9 4eb1-4:1 3c-6:230 5168:1 14c7-1:216 1-2:1 4:226 1-4:216 9-7:220 3-4:230 1-1:220 1f-3:230 \
            95-2:230 dbc-6:230 2-10:230 3-6:230 2-1:230 2-4:230 8a6-6:220 6e-5:230 1:7""";

    private static final String UNSETTLED = """
            340-1 2 31 a 9 5d1-7 5f 19 5-1 2 54 3 23-2 3 e0 18-1 5-1 61 19 eb 13-1 68 19 78 10 164 a 5 5 5 \
            d a 2-1 2 9 12 a 5 5 5 d 75 133-14 33-1a 973 43c 2 2 2 2 2 2 3e 3 b 2 8 8 8 8 3-1 a 2 2 3-1 125 \
            4-1 1fe-1 7b2 ce24-10d 3 2 3-9 2 2 3-1 4-43 3-69 44 2 b-c 2-4 2 2-1 2-1 2-8 15d9 217 19 159 a 3 \
            f2 bbaf-6 57-5 12640-21d""";

    private NfcData() {}

    @FunctionalInterface
    interface Run {
        void take(int from, int to);
    }

    @FunctionalInterface
    interface ClassRun {
        void take(int from, int to, int combiningClass);
    }

    static void combiningClasses(ClassRun run) {
        int last = 0;
        for (String item : CLASSES.split(" ", -1)) {
            int colon = item.indexOf(':');
            int dash = item.indexOf('-');
            int from = last + Integer.parseInt(item.substring(0, dash < 0 ? colon : dash), 16);
            last = dash < 0 ? from : from + Integer.parseInt(item.substring(dash + 1, colon), 16);
            run.take(from, last, Integer.parseInt(item.substring(colon + 1)));
        }
    }

    /// Characters that are not in NFC, have a combining class, or can melt into the character before them.
    static void unsettled(Run run) {
        combiningClasses((from, to, combiningClass) -> run.take(from, to));
        int last = 0;
        for (String item : UNSETTLED.split(" ", -1)) {
            int dash = item.indexOf('-');
            int from = last + Integer.parseInt(dash < 0 ? item : item.substring(0, dash), 16);
            last = dash < 0 ? from : from + Integer.parseInt(item.substring(dash + 1), 16);
            run.take(from, last);
        }
    }
}
