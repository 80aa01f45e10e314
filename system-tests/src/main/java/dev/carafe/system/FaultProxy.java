package dev.carafe.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands before a registry: passes on what is asked, remembers it, and breaks the answers that a test picks.
public final class FaultProxy implements AutoCloseable {
    private static final List<String> PASSED_ON = List.of("accept", "authorization", "range", "if-range");
    private static final List<String> PASSED_BACK =
            List.of("content-type", "docker-content-digest", "content-range", "accept-ranges", "etag");

    /// No service has the port (tcpmux), so nothing listens there.
    public static final String NOBODY = "127.0.0.1:1";

    static {
        // Seconds. Whoever tries TLS first would else wait for the end of its own patience, since the server takes a
        // handshake for the beginning of a request.
        System.setProperty("sun.net.httpserver.maxReqTime", "1");
    }

    private final String upstream;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Broken> broken = new CopyOnWriteArrayList<>();
    private final List<Held> held = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// What goes wrong with an answer.
    public enum Fault {
        /// The connection ends within the body.
        CUT,
        /// Nothing more comes within the body.
        STALL,
        /// One bit of the body is another.
        CORRUPT,
        /// 429 with Retry-After.
        TOO_MANY_REQUESTS,
        /// 503
        UNAVAILABLE,
        /// To the registry itself, by its own address.
        REDIRECT,
        /// To where nobody listens.
        REDIRECT_TO_NOBODY
    }

    private record Broken(String path, Fault fault, AtomicInteger times) {}

    private record Held(String path, CountDownLatch gate) {}

    private FaultProxy(String upstream, HttpServer server) {
        this.upstream = upstream;
        this.server = server;
    }

    /// @param upstream the registry's host and port
    public static FaultProxy before(String upstream) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var proxy = new FaultProxy(upstream, server);
        server.createContext("/", proxy::answer);
        server.setExecutor(proxy.threads);
        server.start();
        return proxy;
    }

    /// Host and port, as references have it.
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// The paths that were asked for, in order.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public long count(String partOfPath) {
        return requests.stream().filter(path -> path.contains(partOfPath)).count();
    }

    public void forgetRequests() {
        requests.clear();
    }

    /// The next so many answers for such paths go wrong.
    public void breakNext(int times, String partOfPath, Fault fault) {
        broken.add(new Broken(partOfPath, fault, new AtomicInteger(times)));
    }

    public void repair() {
        broken.clear();
    }

    /// Keeps such requests waiting until the latch is counted down.
    public CountDownLatch hold(String partOfPath) {
        var gate = new CountDownLatch(1);
        held.add(new Held(partOfPath, gate));
        return gate;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            requests.add(path);
            for (var hold : held) {
                if (path.contains(hold.path)) {
                    hold.gate.await();
                }
            }
            var answer = client.send(passedOn(exchange), HttpResponse.BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                passBack(exchange, answer, body, fault(path));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest passedOn(HttpExchange exchange) {
        var request = HttpRequest.newBuilder(URI.create("http://" + upstream + exchange.getRequestURI()));
        for (var name : PASSED_ON) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).ifPresent(v -> request.header(name, v));
        }
        return request.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private Optional<Fault> fault(String path) {
        return broken.stream()
                .filter(b -> path.contains(b.path) && b.times.getAndDecrement() > 0)
                .map(Broken::fault)
                .findFirst();
    }

    private void passBack(HttpExchange exchange, HttpResponse<?> answer, InputStream body, Optional<Fault> fault)
            throws IOException, InterruptedException {
        if (fault.isEmpty()) {
            begin(exchange, answer);
            body.transferTo(exchange.getResponseBody());
            return;
        }
        switch (fault.get()) {
            case CUT -> passHalf(exchange, answer, body);
            case STALL -> {
                passHalf(exchange, answer, body);
                closed.await();
            }
            case CORRUPT -> {
                passHalf(exchange, answer, body);
                exchange.getResponseBody().write(body.read() ^ 4);
                body.transferTo(exchange.getResponseBody());
            }
            case TOO_MANY_REQUESTS -> {
                exchange.getResponseHeaders().add("retry-after", "0");
                exchange.sendResponseHeaders(429, -1);
            }
            case UNAVAILABLE -> exchange.sendResponseHeaders(503, -1);
            case REDIRECT -> redirect(exchange, upstream);
            case REDIRECT_TO_NOBODY -> redirect(exchange, NOBODY);
        }
    }

    private static void redirect(HttpExchange exchange, String host) throws IOException {
        exchange.getResponseHeaders().add("location", "http://" + host + exchange.getRequestURI());
        exchange.sendResponseHeaders(307, -1);
    }

    /// Passes the first half of the body; the connection ends when no more follows.
    private static void passHalf(HttpExchange exchange, HttpResponse<?> answer, InputStream body) throws IOException {
        var out = exchange.getResponseBody();
        var left = begin(exchange, answer) / 2;
        var buffer = new byte[64 * 1024];
        while (left > 0) {
            var count = body.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("the registry's answer ends before its half");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
        out.flush();
    }

    /// Sends the head.
    ///
    /// @return the length of the body
    private static long begin(HttpExchange exchange, HttpResponse<?> answer) throws IOException {
        for (var name : PASSED_BACK) {
            answer.headers()
                    .firstValue(name)
                    .ifPresent(v -> exchange.getResponseHeaders().add(name, v));
        }
        var hasBody = !exchange.getRequestMethod().equals("HEAD");
        var length =
                hasBody ? answer.headers().firstValueAsLong("content-length").orElseThrow() : 0;
        exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
        return length;
    }

    @Override
    public void close() {
        closed.countDown();
        held.forEach(hold -> hold.gate.countDown());
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
