package sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http2.hpack.HPackDecoder;
import org.apache.hc.core5.http2.hpack.HPackEncoder;
import org.apache.hc.core5.http2.hpack.HPackException;
import org.apache.hc.core5.util.ByteArrayBuffer;

import sluice.http.HpackDecoder.Outcome;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three codecs for one question, each with the tables of a connection. Two are other people's. */
final class HpackOracles {
    /** So large that no limit of a list decides. */
    private static final int LIST_MAX = 1 << 24;

    private HpackOracles() {}

    /** Reads one block after another. */
    @FunctionalInterface
    interface Reader {
        /** The fields, pseudo-fields first; or nothing if the block is no block. */
        Optional<List<NameAndValue>> read(byte[] block);
    }

    /** Writes one block after another. */
    @FunctionalInterface
    interface Writer {
        byte[] write(List<NameAndValue> fields);
    }

    /** Netty moves pseudo-fields to the beginning. */
    private static List<NameAndValue> pseudoFirst(List<NameAndValue> fields) {
        List<NameAndValue> sorted = new ArrayList<>();
        fields.stream().filter(NameAndValue::isPseudo).forEach(sorted::add);
        fields.stream().filter(field -> !field.isPseudo()).forEach(sorted::add);
        return sorted;
    }

    static Reader sluice() {
        HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE_SIZE, LIST_MAX);
        return block -> {
            HeaderBlock decoded = HeaderBlock.decode(decoder, block);
            return decoded.outcome() == Outcome.OK
                    ? Optional.of(pseudoFirst(decoded.fields()))
                    : Optional.empty();
        };
    }

    static Reader netty() {
        var decoder = new DefaultHttp2HeadersDecoder(false, false, LIST_MAX);
        return block -> {
            try {
                List<NameAndValue> fields = new ArrayList<>();
                decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block))
                        .forEach(field -> fields.add(new NameAndValue(
                                field.getKey().toString(), field.getValue().toString())));
                return Optional.of(fields);
            } catch (Http2Exception e) {
                return Optional.empty();
            }
        };
    }

    static Reader httpcore() {
        var decoder = new HPackDecoder(HpackDecoder.TABLE_SIZE, ISO_8859_1);
        return block -> {
            try {
                List<NameAndValue> fields = new ArrayList<>();
                for (Header field : decoder.decodeHeaders(ByteBuffer.wrap(block))) {
                    fields.add(new NameAndValue(field.getName(), field.getValue()));
                }
                return Optional.of(pseudoFirst(fields));
            } catch (HPackException | IllegalArgumentException e) {
                return Optional.empty();
            }
        };
    }

    static Writer nettyWriter() {
        var encoder = new DefaultHttp2HeadersEncoder((name, value) -> name.length() % 7 == 3);
        return fields -> {
            Http2Headers headers = new DefaultHttp2Headers(false);
            for (NameAndValue field : fields) {
                headers.add(octets(field.name()), octets(field.value()));
            }
            ByteBuf block = Unpooled.buffer();
            try {
                encoder.encodeHeaders(1, headers, block);
            } catch (Http2Exception e) {
                throw new AssertionError(e);
            }
            byte[] octets = new byte[block.readableBytes()];
            block.readBytes(octets);
            return octets;
        };
    }

    private static AsciiString octets(String text) {
        return new AsciiString(text.getBytes(ISO_8859_1), false);
    }

    static Writer httpcoreWriter() {
        var encoder = new HPackEncoder(HpackDecoder.TABLE_SIZE, ISO_8859_1);
        // It fails if the first string of all is empty. A secret leaves its table as it is.
        write(encoder, new BasicHeader("a", "b", true), new ByteArrayBuffer(256));
        return fields -> {
            ByteArrayBuffer block = new ByteArrayBuffer(256);
            for (NameAndValue field : fields) {
                boolean secret = field.name().length() % 7 == 3;
                write(encoder, new BasicHeader(field.name(), field.value(), secret), block);
            }
            return block.toByteArray();
        };
    }

    private static void write(HPackEncoder encoder, Header field, ByteArrayBuffer block) {
        try {
            encoder.encodeHeader(block, field);
        } catch (CharacterCodingException e) {
            throw new AssertionError(e);
        }
    }
}
