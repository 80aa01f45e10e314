package dev.carafe.system;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.engine.Engine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// An engine in this process, and a registry behind a proxy that counts and breaks.
final class ProxiedNode implements AutoCloseable {
    /// Of a layer; it can't be compressed.
    private static final int LAYER_BYTES = 300_000;

    private final TestHost host;
    private final TestRegistry registry;
    private final FaultProxy proxy;
    private final Engine engine;

    private ProxiedNode(TestHost host, TestRegistry registry, FaultProxy proxy, Engine engine) {
        this.host = host;
        this.registry = registry;
        this.proxy = proxy;
        this.engine = engine;
    }

    static ProxiedNode start() throws IOException, InterruptedException {
        return start(TestHost.create("runc"));
    }

    /// @param host is closed with this
    static ProxiedNode start(TestHost host) throws IOException, InterruptedException {
        var configuration = Files.readString(host.configuration());
        Files.writeString(
                host.configuration(),
                configuration.replace("[crio.image]\n", "[crio.image]\npull_progress_timeout = \"1s\"\n"));
        var registry = TestRegistry.start(host.work());
        var proxy = FaultProxy.before(registry.address());
        return new ProxiedNode(host, registry, proxy, Engine.open(PodLife.configuration(host), Clock.systemUTC()));
    }

    FaultProxy proxy() {
        return proxy;
    }

    TestRegistry registry() {
        return registry;
    }

    /// A path for files of the test.
    Path path(String name) {
        return host.work().resolve(name);
    }

    Engine engine() {
        return engine;
    }

    /// A folder with a file that the seed decides.
    Path layer(int seed) throws IOException {
        var folder = host.work().resolve("layer" + seed);
        if (!Files.exists(folder)) {
            var bytes = new byte[LAYER_BYTES];
            new Random(seed).nextBytes(bytes);
            Files.createDirectories(folder.resolve("bin"));
            Files.write(folder.resolve("bin/file" + seed), bytes);
        }
        return folder;
    }

    /// Pushes an image of such layers, bottom first.
    ///
    /// @return its name by the proxy
    String push(String nameAndTag, int... seeds) throws IOException, InterruptedException {
        var folders = new ArrayList<Path>();
        for (var seed : seeds) {
            folders.add(layer(seed));
        }
        registry.push(nameAndTag, folders, "{\"Cmd\":[\"/bin/sh\"],\"User\":\"1000:1000\"}");
        return proxy.address() + "/" + nameAndTag;
    }

    /// Digests of the layers' blobs, from the manifest in the registry.
    List<String> blobs(String name, String tag) throws IOException, InterruptedException {
        var layers = manifest(name, tag).split("\"layers\":", 2)[1];
        return Pattern.compile("sha256:[0-9a-f]{64}")
                .matcher(layers)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    String manifest(String name, String tag) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(
                            URI.create("http://" + registry.address() + "/v2/" + name + "/manifests/" + tag))
                    .header("accept", "application/vnd.oci.image.manifest.v1+json")
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /// Puts a document under a tag, as it is.
    void putIndex(String name, String tag, String json) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(
                            URI.create("http://" + registry.address() + "/v2/" + name + "/manifests/" + tag))
                    .header("content-type", "application/vnd.oci.image.index.v1+json")
                    .PUT(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IOException("the registry refuses the index: " + answer.body());
            }
        }
    }

    String pull(String image) throws IOException, InterruptedException {
        return engine.images().pull(spec(image), AuthConfig.getDefaultInstance(), "");
    }

    void remove(String image) throws IOException, InterruptedException {
        engine.images().remove(spec(image));
    }

    Image status(String image) {
        return engine.images().status(spec(image), false).getImage();
    }

    List<Image> images() {
        return engine.images().list(ImageFilter.getDefaultInstance());
    }

    List<Image> images(String filter) {
        return engine.images()
                .list(ImageFilter.newBuilder().setImage(spec(filter)).build());
    }

    static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    /// All paths of the store, also those of what is being deleted.
    Set<String> store() throws IOException {
        var root = host.work().resolve("root");
        return new TreeSet<>(Tree.list(root).stream()
                .map(file -> root.relativize(file).toString())
                .toList());
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws IOException, InterruptedException {
        try (host;
                registry;
                proxy) {
            engine.close();
        }
    }
}
