package dev.carafe.ttrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import dev.carafe.api.ttrpc.TtrpcRequest;
import dev.carafe.api.ttrpc.TtrpcResponse;
import dev.carafe.api.ttrpc.TtrpcStatus;
import dev.carafe.linux.SocketPair;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(20);

    private SocketPair pair;
    private Client client;

    @BeforeEach
    void connect() throws IOException {
        pair = SocketPair.open();
        client = new Client(pair.ours(), "a.Service");
    }

    @AfterEach
    void disconnect() {
        client.close();
        pair.close();
    }

    private List<Frame> requests(int count) throws IOException {
        var frames = new Frames();
        var all = new ArrayList<Frame>();
        var chunk = new byte[1000];
        while (all.size() < count) {
            all.addAll(frames.take(Arrays.copyOf(chunk, pair.theirs().read(chunk, 0, chunk.length))));
        }
        return all;
    }

    private void answer(Frame request, TtrpcResponse response) throws IOException {
        pair.theirs().write(new Frame(request.stream(), Frame.RESPONSE, response.toByteString()).bytes());
    }

    private static TtrpcResponse payload(String text) {
        return TtrpcResponse.newBuilder()
                .setPayload(ByteString.copyFromUtf8(text))
                .build();
    }

    @Test
    void eachCallGetsItsOwnAnswerInWhateverOrderTheyCome() throws Exception {
        var results = new ArrayList<Thread>();
        var said = new String[2];
        for (var i = 0; i < 2; i++) {
            var number = i;
            results.add(Thread.ofVirtual().start(() -> {
                try {
                    said[number] =
                            client.call("M" + number, StringValue.of("x"), LONG).toStringUtf8();
                } catch (IOException | InterruptedException e) {
                    said[number] = e.toString();
                }
            }));
        }
        var requests = requests(2);
        for (var request : requests.reversed()) {
            var read = TtrpcRequest.parseFrom(request.data());
            assertEquals("a.Service", read.getService());
            assertEquals(LONG.toNanos(), read.getTimeoutNano());
            answer(request, payload("to " + read.getMethod()));
        }
        for (var thread : results) {
            thread.join();
        }
        assertEquals(List.of("to M0", "to M1"), List.of(said));
    }

    @Test
    void aFailureHasTheOtherSidesWordsAndCode() throws Exception {
        Thread.ofVirtual().start(() -> {
            var status =
                    TtrpcStatus.newBuilder().setCode(CallException.NOT_FOUND).setMessage("no such thing");
            try {
                answer(
                        requests(1).getFirst(),
                        TtrpcResponse.newBuilder().setStatus(status).build());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        var failure = assertThrows(CallException.class, () -> client.call("M", StringValue.of(""), LONG));
        assertEquals("no such thing", failure.getMessage());
        assertEquals(CallException.NOT_FOUND, failure.code());
    }

    @Test
    void anAnswerThatDoesNotComeInTimeHoldsUpNoOtherCall() throws Exception {
        var failure = assertThrows(IOException.class, () -> client.call("Hangs", StringValue.of(""), SHORT));
        assertEquals("no answer within 100 ms", failure.getMessage());
        Thread.ofVirtual().start(() -> {
            try {
                var requests = requests(2);
                answer(requests.get(0), payload("late"));
                answer(requests.get(1), payload("in time"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("in time", client.call("M", StringValue.of(""), LONG).toStringUtf8());
    }

    @Test
    void whoWaitsForEverLearnsThatTheOtherSideIsGone() {
        Thread.ofVirtual().start(() -> {
            try {
                assertEquals(
                        0, TtrpcRequest.parseFrom(requests(1).getFirst().data()).getTimeoutNano());
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                pair.theirs().close();
            }
        });
        assertTimeoutPreemptively(LONG, () -> {
            assertThrows(IOException.class, () -> client.call("Wait", StringValue.of(""), Calls.NO_LIMIT));
        });
        assertTrue(client.isClosed());
    }

    @Test
    void whatBreaksTheProtocolClosesTheConnection() throws IOException {
        pair.theirs().write(new Frame(1, Frame.REQUEST, ByteString.EMPTY).bytes());
        var failure = assertThrows(IOException.class, () -> client.call("M", StringValue.of(""), LONG));
        assertTrue(!(failure instanceof CallException), failure::toString);
        assertTrue(client.isClosed());
    }
}
