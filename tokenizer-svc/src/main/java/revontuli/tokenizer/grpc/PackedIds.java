package revontuli.tokenizer.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import revontuli.api.tokenizer.v1.TokenIds;

/// Ids as they go over the wire, written once.
///
/// The generated builder keeps a list of its own, measures each id twice and writes it at last. Here the packed form
/// (Protocol Buffers encoding, packed repeated fields) is made at once and given to the message as the bytes of its
/// field, which it writes as they are. A reader finds the field as ever; only this message, not yet sent, does not
/// know it.
final class PackedIds {
    private static final int VARINT_BYTES_MAX = 5;

    private PackedIds() {}

    /// To be sent, not to be read here.
    ///
    /// @param ids none negative
    static TokenIds of(int[] ids) {
        if (ids.length == 0) {
            return TokenIds.getDefaultInstance();
        }
        UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(packed(ids))
                .build();
        return TokenIds.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(TokenIds.IDS_FIELD_NUMBER, field)
                        .build())
                .build();
    }

    private static ByteString packed(int[] ids) {
        byte[] bytes = new byte[VARINT_BYTES_MAX * ids.length];
        int at = 0;
        for (int id : ids) {
            int rest = id;
            while (rest >>> 7 != 0) {
                bytes[at++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[at++] = (byte) rest;
        }
        return UnsafeByteOperations.unsafeWrap(bytes, 0, at);
    }
}
