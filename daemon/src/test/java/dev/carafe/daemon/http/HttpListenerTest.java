package dev.carafe.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpListenerTest {
    private final CountDownLatch open = new CountDownLatch(1);
    private HttpListener listener;
    private int port;

    @BeforeEach
    void listen() throws IOException {
        listener = new HttpListener("test", new HttpService(this::page), Optional.empty());
        port = listener.listen("127.0.0.1", 0);
    }

    private Page page(String method, String path) throws IOException, InterruptedException {
        return switch (path) {
            case "/slow" -> {
                open.await();
                yield Page.text("slow");
            }
            case "/bug" -> throw new IllegalStateException("secret of the program");
            case "/world" -> throw new IOException("the disk is full");
            default -> Page.text(method + " " + path + " é");
        };
    }

    @AfterEach
    void close() {
        open.countDown();
        listener.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /// What comes back until the server closes.
    private String say(String request) throws IOException {
        try (var client = connect()) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String ask(String method, String path) throws IOException {
        return say(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    @Test
    void aPageComesWithItsTypeAndLength() throws IOException {
        var answer = ask("GET", "/a%20b?c=d");
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.contains("content-type: text/plain; charset=utf-8\r\n"), answer);
        assertTrue(answer.contains("content-length: 11\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\nGET /a b é"), answer);
    }

    @Test
    void aHeadHasTheLengthAndNoBody() throws IOException {
        var answer = ask("HEAD", "/");
        assertTrue(answer.contains("content-length: 9\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }

    @Test
    void oneConnectionAsksSeveralTimes() throws IOException {
        try (var client = connect()) {
            for (var i = 0; i < 3; i++) {
                client.getOutputStream()
                        .write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                var answer = new StringBuilder();
                while (!answer.toString().endsWith("GET /x \u00c3\u00a9")) {
                    var c = client.getInputStream().read();
                    assertTrue(c >= 0, answer::toString);
                    answer.append((char) c);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx', 405",
        "'DELETE / HTTP/1.1\r\nHost: x\r\n\r\n', 405",
        "'nonsense\r\n\r\n', 400",
        "'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400",
        "'GET /world HTTP/1.1\r\nConnection: close\r\n\r\n', 500",
    })
    void whatCanNotBeAnsweredIsRefused(String request, int status) throws IOException {
        var answer = say(request);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    @Test
    void aBugIsNotShown() throws IOException {
        var answer = ask("GET", "/bug");
        assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
        assertFalse(answer.contains("secret"), answer);
    }

    @Test
    void aLineOrHeadersWithoutAnEndAreCutOff() throws IOException {
        assertTrue(
                say("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(say("GET / HTTP/1.1\r\nX: " + "a".repeat(9000) + "\r\n\r\n").startsWith("HTTP/1.1 400 "));
    }

    @Test
    void aBodyIsNotRead() throws IOException {
        var answer = say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void aSecondQuestionBeforeTheFirstAnswerEndsTheConnection() throws IOException {
        var slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
        assertEquals("", say(slow + slow));
        assertTrue(ask("GET", "/").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void furtherConnectionsAreClosedUntilOthersEnd() throws Exception {
        var clients = new ArrayList<Socket>();
        try {
            for (var i = 0; i < HttpService.MAX_CONNECTIONS; i++) {
                var client = connect();
                clients.add(client);
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', client.getInputStream().read());
            }
            try (var further = connect()) {
                assertEquals(-1, further.getInputStream().read());
            }
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
        var answered = false;
        while (!answered) { // the server learns of their ends by and by
            try {
                answered = ask("GET", "/").startsWith("HTTP/1.1 200 ");
            } catch (IOException reset) {
                Thread.onSpinWait();
            }
        }
    }
}
