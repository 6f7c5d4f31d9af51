package revontuli.safety;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Methods whose requests are given as bytes, so that a test can send what no library would.
final class RawRequests {
    private RawRequests() {}

    static <A> MethodDescriptor<byte[], A> of(MethodDescriptor<?, A> method) {
        return method.toBuilder(new Bytes(), method.getResponseMarshaller()).build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("a client reads no requests");
        }
    }
}
