package dev.carafe.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// What Kubernetes' clients need of an API server to stream: one running pod of one container, and its streams, whose
/// connections are handed on to the URL that the CRI gives, byte for byte.
final class PodApi implements AutoCloseable {
    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final String PODS = "/api/v1/namespaces/tests/pods/";

    private final ServerSocket listener;
    private final RuntimeServiceBlockingStub runtime;
    private final Target target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param name the pod's for its clients; its container is called `main`
    /// @param tty whether the container has a terminal
    record Target(String name, String pod, String container, boolean tty) {}

    private PodApi(ServerSocket listener, RuntimeServiceBlockingStub runtime, Target target) {
        this.listener = listener;
        this.runtime = runtime;
        this.target = target;
    }

    static PodApi start(RuntimeServiceBlockingStub runtime, Target target) throws IOException {
        var api = new PodApi(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), runtime, target);
        var _ = api.threads.submit(api::accept);
        return api;
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                var accepted = listener.accept();
                var _ = threads.submit(() -> serve(accepted));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private Void serve(Socket client) throws IOException, InterruptedException {
        try (client) {
            var head = head(client.getInputStream());
            var uri = URI.create(head.split(" ", 3)[1]);
            var pod = PODS + target.name;
            if (uri.getPath().startsWith(pod + "/")) {
                handOn(client, head, url(uri.getPath().substring(pod.length() + 1), queryOf(uri)));
            } else {
                var document = uri.getPath().equals(pod) ? pod() : discovery(uri.getPath());
                client.getOutputStream().write(answer(document));
            }
        }
        return null;
    }

    /// Up to the empty line that ends it, and nothing of what follows.
    private static String head(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0 || bytes.size() > MAX_HEAD_BYTES) {
                throw new IOException("no request: " + bytes.toString(ISO_8859_1));
            }
            bytes.write(next);
        }
        return bytes.toString(ISO_8859_1);
    }

    private static byte[] answer(String document) {
        var status = document.isEmpty() ? "404 Not Found" : "200 OK";
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + document.length() + "\r\n\r\n" + document)
                .getBytes(UTF_8);
    }

    private static String discovery(String path) {
        return switch (path) {
            case "/version" -> "{\"major\":\"1\",\"minor\":\"32\",\"gitVersion\":\"v1.32.0\"}";
            case "/api" -> "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}";
            case "/apis" -> "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[]}";
            case "/api/v1" -> """
                    {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[
                     {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]}]}""";
            default -> "";
        };
    }

    private String pod() {
        return """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"%s","namespace":"tests"},
                 "spec":{"containers":[{"name":"main","image":"busybox","stdin":true,"tty":%s}]},
                 "status":{"phase":"Running","containerStatuses":[{"name":"main","ready":true}]}}""".formatted(target.name, target.tty);
    }

    /// A request's parameters.
    private record Query(List<String> parameters) {
        Stream<String> all(String name) {
            return parameters.stream()
                    .filter(parameter -> parameter.startsWith(name + "="))
                    .map(parameter -> parameter.substring(name.length() + 1));
        }

        boolean has(String name) {
            return all(name).anyMatch(value -> value.equalsIgnoreCase("true") || value.equals("1"));
        }
    }

    private static Query queryOf(URI uri) {
        var raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return new Query(Stream.of(raw.split("&"))
                .map(parameter -> URLDecoder.decode(parameter, UTF_8))
                .toList());
    }

    private URI url(String subresource, Query query) {
        return URI.create(
                switch (subresource) {
                    case "exec" ->
                        runtime.exec(ExecRequest.newBuilder()
                                        .setContainerId(target.container)
                                        .addAllCmd(query.all("command").toList())
                                        .setStdin(query.has("stdin"))
                                        .setStdout(query.has("stdout"))
                                        .setStderr(query.has("stderr") && !query.has("tty"))
                                        .setTty(query.has("tty"))
                                        .build())
                                .getUrl();
                    case "attach" ->
                        runtime.attach(AttachRequest.newBuilder()
                                        .setContainerId(target.container)
                                        .setStdin(query.has("stdin"))
                                        .setStdout(query.has("stdout"))
                                        .setStderr(query.has("stderr") && !query.has("tty"))
                                        .setTty(query.has("tty"))
                                        .build())
                                .getUrl();
                    case "portforward" ->
                        runtime.portForward(PortForwardRequest.newBuilder()
                                        .setPodSandboxId(target.pod)
                                        .addAllPort(query.all("ports")
                                                .map(Integer::valueOf)
                                                .toList())
                                        .build())
                                .getUrl();
                    default -> throw new IllegalArgumentException("no stream is called " + subresource);
                });
    }

    /// The request goes to the other path, with all of its headers, and then both ways whatever comes.
    private void handOn(Socket client, String head, URI to) throws IOException, InterruptedException {
        try (var server = new Socket(to.getHost(), to.getPort())) {
            var method = head.substring(0, head.indexOf(' '));
            var rest = head.substring(head.indexOf(" HTTP/1.1\r\n"));
            server.getOutputStream().write((method + " " + to.getPath() + rest).getBytes(ISO_8859_1));
            var back = Thread.ofVirtual().start(() -> carry(server, client));
            carry(client, server);
            back.join();
        }
    }

    private static void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException oneHasGone) {
            closeBoth(from, to);
        }
    }

    private static void closeBoth(Socket one, Socket other) {
        try (one;
                other) {
            return;
        } catch (IOException closedAnyway) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
