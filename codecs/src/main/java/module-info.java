/** Encoders for content codings that the JDK lacks: brotli and zstd. */
module sluice.codecs {
    requires static org.jspecify;
    requires com.aayushatharva.brotli4j;
    requires com.github.luben.zstd_jni;
    requires sluice.server;

    provides sluice.server.Encoder with
            sluice.codecs.BrotliEncoder,
            sluice.codecs.ZstdEncoder;
}
