package dev.carafe.engine.image;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Platform;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Keyring;
import dev.carafe.registry.Registry;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// PullImage: the policy's word, the manifest, the signatures that the policy asks for, the configuration; the rest is
/// [StoreImage]. Safe for all threads.
public final class PullImage {
    private final Registry registry;
    private final ImageTrust trust;
    private final StoreImage store;
    private final ImageIndex index;
    private final Failpoint failpoint;
    private final Clock clock;
    private final List<PullObserver> observers = new CopyOnWriteArrayList<>();
    private final Set<Progress> underWay = ConcurrentHashMap.newKeySet();

    public PullImage(
            Registry registry, ImageTrust trust, StoreImage store, ImageIndex index, Failpoint failpoint, Clock clock) {
        this.registry = registry;
        this.trust = trust;
        this.store = store;
        this.index = index;
        this.failpoint = failpoint;
        this.clock = clock;
    }

    void observe(PullObserver observer) {
        observers.add(observer);
    }

    List<PullProgress> progress() {
        return underWay.stream().map(Progress::snapshot).toList();
    }

    /// Pulls the first that can be pulled of what the name may mean.
    ///
    /// @param spelling the name as the request has it
    /// @param meanings at least one, in order
    /// @param policy the file that decides whether the image is allowed
    String pull(String spelling, List<Reference> meanings, Path policy, Keyring credentials)
            throws IOException, InterruptedException {
        var progress = new Progress(spelling);
        underWay.add(progress);
        try {
            var id = FirstPulled.of(meanings, reference -> pull(reference, policy, credentials, progress));
            observers.forEach(observer -> observer.pulled(progress.fetched(), progress.reused()));
            return id;
        } catch (IOException e) {
            observers.forEach(observer -> observer.failed(e));
            throw new IOException("pull " + spelling + ": " + e.getMessage(), e);
        } finally {
            underWay.remove(progress);
        }
    }

    private String pull(Reference reference, Path policy, Keyring credentials, Progress progress)
            throws IOException, InterruptedException {
        var rule = trust.rule(policy, reference);
        var resolved = Phase.of(
                "resolve manifest",
                () -> registry.resolve(reference, Platform.host(), credentials, this::knownManifest));
        failpoint.at(Step.PULL_IMAGE_RESOLVED);
        var evidence = Phase.of("signatures", () -> trust.check(rule, resolved.place(), credentials));
        var manifest = resolved.manifest();
        var configBytes = Phase.of("image configuration", () -> config(reference, manifest.config(), credentials));
        var config = ImageConfig.parse(configBytes);
        failpoint.at(Step.PULL_IMAGE_CONFIG);
        var content = new StoreImage.Content(
                config.diffIds(), manifest.layers(), blob -> registry.openBlob(reference, blob, credentials));
        return store.run(content, () -> image(resolved, configBytes, config.diffIds()), evidence, progress);
    }

    /// An image that is here need not be fetched to be known.
    private Optional<byte[]> knownManifest(Digest digest) {
        return index.list().stream()
                .filter(image -> image.manifestDigest().equals(digest))
                .findFirst()
                .map(image -> image.manifestJson().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] config(Reference reference, Descriptor config, Keyring credentials)
            throws IOException, InterruptedException {
        var kept = index.find(config.digest())
                .map(image -> image.configJson().getBytes(StandardCharsets.UTF_8))
                .filter(bytes ->
                        bytes.length == config.size() && config.digest().isOf(bytes));
        return kept.isPresent() ? kept.get() : registry.readBlob(reference, config, credentials);
    }

    private StoredImage image(Registry.Resolved resolved, byte[] config, List<Digest> diffIds) {
        var reference = resolved.reference();
        var manifest = resolved.manifest();
        return new StoredImage(
                manifest.config().digest(),
                resolved.manifestDigest(),
                new String(resolved.manifestBytes(), StandardCharsets.UTF_8),
                new String(config, StandardCharsets.UTF_8),
                diffIds,
                reference.digest().isEmpty() ? List.of(reference.name() + ":" + reference.tag()) : List.of(),
                List.of(reference.name() + "@" + resolved.digest()),
                store.sizeBytes(diffIds, resolved.manifestBytes().length + config.length),
                clock.instant());
    }
}
