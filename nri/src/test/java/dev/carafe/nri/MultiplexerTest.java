package dev.carafe.nri;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.carafe.ttrpc.Frame;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MultiplexerTest {
    @Test
    void theFirstPartFitsIntoAReadersBufferAndOneOtherHasTheRest() {
        var large = Multiplexer.through(2, new Frame(7, Frame.REQUEST, ByteString.copyFrom(new byte[100_000])));
        var parts = ByteBuffer.wrap(large);
        assertEquals(2, parts.getInt());
        assertEquals(4096, parts.getInt());
        parts.position(parts.position() + 4096);
        assertEquals(2, parts.getInt());
        assertEquals(100_010 - 4096, parts.getInt());
        assertEquals(100_010 - 4096, parts.remaining());
        var small = ByteBuffer.wrap(Multiplexer.through(2, new Frame(7, Frame.REQUEST, ByteString.EMPTY)));
        assertEquals(8 + 10, small.remaining());
    }
}
