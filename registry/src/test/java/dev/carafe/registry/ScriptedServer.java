package dev.carafe.registry;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// An HTTP/1.1 server on a loopback port whose answers the test writes by hand, down to the byte. Like Go's it
/// answers 400 to what is no HTTP, a TLS handshake among it.
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final Thread accepting;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Answers one request. What it throws is a failure of the test, unless the client went away.
    interface Script {
        void answer(Received request, Reply reply) throws IOException, InterruptedException;
    }

    /// @param headers names in lower case
    /// @param connection counted from 1
    record Received(String method, String target, Map<String, String> headers, String body, int connection) {
        String path() {
            return target.split("\\?", 2)[0];
        }

        String authorization() {
            return headers.getOrDefault("authorization", "");
        }
    }

    private ScriptedServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        accepting = Thread.ofVirtual().start(this::accept);
    }

    static ScriptedServer plain(Script script) throws IOException {
        return plain(0, script);
    }

    static ScriptedServer plain(int port, Script script) throws IOException {
        return new ScriptedServer(new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1")), script);
    }

    static ScriptedServer tls(SSLContext context, Script script) throws IOException {
        return tls(0, context, script);
    }

    static ScriptedServer tls(int port, SSLContext context, Script script) throws IOException {
        var factory = context.getServerSocketFactory();
        return new ScriptedServer(factory.createServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1")), script);
    }

    /// Wants to see a client's certificate.
    static ScriptedServer tlsForKnownClients(SSLContext context, Script script) throws IOException {
        var listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        listener.setNeedClientAuth(true);
        return new ScriptedServer(listener, script);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// As references have it.
    String host() {
        return "127.0.0.1:" + port();
    }

    List<Received> requests() {
        return List.copyOf(requests);
    }

    List<String> paths() {
        return requests.stream().map(Received::path).toList();
    }

    /// Those too that brought no request.
    int connections() {
        return connections.get();
    }

    long connectionsWithRequests() {
        return requests.stream().map(Received::connection).distinct().count();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, connections.incrementAndGet()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int connection) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var reply = new Reply(socket);
            while (!reply.isCut) {
                var request = receive(in, connection);
                if (request == null) {
                    reply.raw("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                    return;
                }
                requests.add(request);
                script.answer(request, reply);
            }
        } catch (IOException theClientWentAway) {
            // Tests look at what the client makes of it.
        } catch (Throwable failure) {
            failures.add(failure);
        } finally {
            sockets.remove(socket);
        }
    }

    private static Received receive(InputStream in, int connection) throws IOException {
        var first = line(in).split(" ");
        if (first.length != 3 || !first[2].startsWith("HTTP/")) {
            return null;
        }
        var headers = new HashMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Received(
                first[0], first[1], Map.copyOf(headers), new String(body, StandardCharsets.UTF_8), connection);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the client closed the connection");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /// The way back to the client.
    final class Reply {
        private final Socket socket;
        private boolean isCut;

        Reply(Socket socket) {
            this.socket = socket;
        }

        void send(int status, Map<String, String> headers, byte[] body) throws IOException {
            var head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\ncontent-length: " + body.length + "\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            raw(head.append("\r\n").toString());
            raw(body);
        }

        void send(int status, Map<String, String> headers, String body) throws IOException {
            send(status, headers, body.getBytes(StandardCharsets.UTF_8));
        }

        void json(String body) throws IOException {
            send(200, Map.of("content-type", "application/json"), body);
        }

        void status(int status) throws IOException {
            send(status, Map.of(), "");
        }

        void redirect(String location) throws IOException {
            send(307, Map.of("location", location), "");
        }

        /// Asks for a token of the service at the URL.
        void challenge(String realm) throws IOException {
            send(
                    401,
                    Map.of("www-authenticate", "Bearer realm=\"" + realm + "\",service=\"here\",scope=\"registry:*\""),
                    "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
        }

        void raw(String text) throws IOException {
            raw(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void raw(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /// Ends the connection.
        void cut() throws IOException {
            isCut = true;
            socket.close();
        }

        /// Says nothing more until the server is closed.
        void stall() throws InterruptedException {
            closed.await();
            isCut = true;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        join(accepting); // only then the port is free again
        for (var socket : sockets) {
            socket.close();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("the script failed", failures.getFirst());
        }
    }
}
