package revontuli.causallm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive made in memory: a stored zip with the source text of one module that holds no weights.
///
/// The module's only attribute is `training`. The pickle in it is ours, a constant; none is ever read from outside.
final class ScriptArchive {
    private static final String ROOT = "revontuli/";

    /// Operator versions that libtorch 2.x writes; with older numbers it would read older meanings of the same names.
    private static final String VERSION = "10\n";

    private ScriptArchive() {}

    /// `source` is one class named [GptBigCodeScript#MODULE] in serialized TorchScript form.
    static byte[] of(String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "data.pkl", module(GptBigCodeScript.MODULE));
            put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "version", VERSION.getBytes(StandardCharsets.UTF_8));
            put(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /// Pickle protocol 2: an object of class `__torch__.NAME` with the state `{"training": False}`.
    private static byte[] module(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] training = "training".getBytes(StandardCharsets.UTF_8);
        out.writeBytes(new byte[] {(byte) 0x80, 2});
        out.writeBytes(("c__torch__\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X', (byte) training.length, 0, 0, 0});
        out.writeBytes(training);
        out.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
        return out.toByteArray();
    }
}
