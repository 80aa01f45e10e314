package dev.carafe.registry;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;

/// The bounds of an HTTP/2 connection (RFC 9113, sections 6.5.2 and 10.5).
final class Http2Codec {
    /// Of one answer, and so what waits of it: 40 MB/s at a round trip of 50 ms.
    static final int STREAM_WINDOW_BYTES = 2 * 1024 * 1024;

    /// Of all answers on a connection, of which one is large.
    private static final int CONNECTION_WINDOW_BYTES = 3 * 1024 * 1024;

    static final int CONNECTION_WINDOW_GROWTH_BYTES = CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    private static final int LARGEST_HEADER_BYTES = 64 * 1024;

    /// In a row; one more ends the connection.
    private static final int MOST_EMPTY_DATA_FRAMES = 2;

    private static final int MOST_SMALL_CONTINUATIONS = 16;

    /// Acknowledgements that wait to be written.
    private static final int MOST_QUEUED_CONTROL_FRAMES = 100;

    private static final int MOST_RESETS = 200;
    private static final int RESETS_WINDOW_SECONDS = 30;

    private Http2Codec() {}

    static Http2FrameCodec client() {
        var settings = Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW_BYTES)
                .maxHeaderListSize(LARGEST_HEADER_BYTES);
        return Http2FrameCodecBuilder.forClient()
                .initialSettings(settings)
                .validateHeaders(true)
                .gracefulShutdownTimeoutMillis(0)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_DATA_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(MOST_SMALL_CONTINUATIONS)
                .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESETS_WINDOW_SECONDS)
                .encoderEnforceMaxQueuedControlFrames(MOST_QUEUED_CONTROL_FRAMES)
                // What compression remembers of a secret could be guessed from sizes (RFC 7541, section 7.1).
                .headerSensitivityDetector((name, _) -> HttpHeaderNames.AUTHORIZATION.contentEqualsIgnoreCase(name))
                .build();
    }
}
