package dev.carafe.engine.image;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageFsInfoResponse;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusResponse;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.InFlight;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Lanes;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.engine.image.SaveImages.Form;
import dev.carafe.engine.image.SaveImages.Saved;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Stores;
import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryRules;
import dev.carafe.registry.auth.Keyrings;
import dev.carafe.registry.auth.RequestCredentials;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The node's images. Safe for all threads; an image that was pulled survives a crash from then on.
public final class Images {
    private static final Path NO_FILE = Path.of("");

    private final ImageIndex index;
    private final UnusedLayers unused;
    private final ImageFileSystems fileSystems;
    private final RegistryRules rules;
    private final Keyrings keyrings;
    private final PullImage pullImage;
    private final PullArtifact pullArtifact;
    private final LoadImages loadImages;
    private final SaveImages saveImages;
    private final RemoveImage removeImage;
    private final NamedImages named;
    private final ImageTrust trust;
    private final ImageViews views;
    private final ImageUsers users;
    private final InFlight<PullKey, String> pulls;
    private final InFlight<ArtifactKey, byte[]> artifacts;
    private final InFlight<LoadKey, List<Loaded>> loads;
    private final InFlight<SaveKey, List<Saved>> saves;

    public Images(Parts parts, Verbs verbs, Names names, ImageViews views, Lanes lanes, Stores stores) {
        this.pulls = new InFlight<>(lanes.pulls());
        this.artifacts = new InFlight<>(lanes.pulls());
        this.loads = new InFlight<>(lanes.pulls());
        this.saves = new InFlight<>(lanes.pulls());
        this.index = parts.index();
        this.unused = parts.unused();
        this.fileSystems = parts.fileSystems();
        this.pullImage = verbs.pull();
        this.pullArtifact = verbs.artifact();
        this.loadImages = verbs.load();
        this.named = new NamedImages(parts.index(), names.rules()::meanings);
        this.saveImages = new SaveImages(named, parts.layers(), parts.unused());
        this.rules = names.rules();
        this.keyrings = names.keyrings();
        this.trust = names.trust();
        this.views = views;
        this.users = new ImageUsers(stores);
        this.removeImage = new RemoveImage(parts.index(), parts.unused(), names.trust(), users, verbs.failpoint());
    }

    /// The storage behind it.
    ///
    /// @param unused what goes with an image
    public record Parts(ImageIndex index, Layers layers, UnusedLayers unused, ImageFileSystems fileSystems) {}

    /// What brings images.
    ///
    /// @param failpoint of their removal
    public record Verbs(PullImage pull, PullArtifact artifact, LoadImages load, Failpoint failpoint) {}

    /// What names mean, the credentials that belong to them, and whether they are trusted.
    public record Names(RegistryRules rules, Keyrings keyrings, ImageTrust trust) {}

    /// Gives the image's id. The same image asked for with the same credentials, for the same namespace and under
    /// the same policy, by several callers is pulled once.
    ///
    /// @param namespace whose pod needs it, whose policy decides, and who may have credentials; empty for nobody's
    public String pull(ImageSpec spec, AuthConfig auth, String namespace) throws IOException, InterruptedException {
        var meanings = pullable(spec);
        var credentials = Auth.ofRequest(auth);
        var policy = trust.policy(namespace);
        var own = keyrings.take(namespace, spec.getImage());
        return pull(spec, new PullKey(meanings, policy, credentials, namespace, NO_FILE), own);
    }

    /// Gives the image's id. For what the node itself needs, under the node's policy.
    ///
    /// @param authFile of credentials, in place of the configured ones; empty for those
    public String pullForNode(ImageSpec spec, Path authFile) throws IOException, InterruptedException {
        var meanings = pullable(spec);
        var credentials = Auth.ofRequest(AuthConfig.getDefaultInstance());
        var policy = trust.policy("");
        var own = authFile.equals(NO_FILE) ? Optional.<Keyrings.OwnFile>empty() : Optional.of(keyrings.read(authFile));
        return pull(spec, new PullKey(meanings, policy, credentials, "", authFile), own);
    }

    private String pull(ImageSpec spec, PullKey key, Optional<Keyrings.OwnFile> own)
            throws IOException, InterruptedException {
        return pulls.join(
                key,
                () -> unused.collectAfterFailure(() -> pullImage.pull(
                        spec.getImage(), key.meanings, key.policy, keyrings.keyring(key.credentials, own))));
    }

    /// Fetches what an artifact holds, under the policy of the namespace and with the node's credentials; nothing of it
    /// is kept. Not to be changed.
    ///
    /// @throws IOException also when it is larger
    public byte[] readArtifact(String name, String namespace, int maximumBytes)
            throws IOException, InterruptedException {
        var meanings = pullable(ImageSpec.newBuilder().setImage(name).build());
        var credentials = Auth.ofRequest(AuthConfig.getDefaultInstance());
        var key = new ArtifactKey(meanings, trust.policy(namespace), maximumBytes);
        return artifacts.join(
                key,
                () -> pullArtifact.pull(
                        meanings, key.policy, keyrings.keyring(credentials, Optional.empty()), maximumBytes));
    }

    /// Puts the images of a folder or an archive of this host into the store.
    ///
    /// @param path absolute
    /// @param name for an image that is alone there, with its registry; empty to leave it the names it has
    public List<Loaded> load(Path path, String name) throws IOException, InterruptedException {
        return loads.join(new LoadKey(path, name), () -> unused.collectAfterFailure(() -> loadImages.load(path, name)));
    }

    /// As [SaveImages#save], on this host.
    public List<Saved> save(List<String> images, Path path, Form form) throws IOException, InterruptedException {
        return saves.join(new SaveKey(List.copyOf(images), path, form), () -> saveImages.save(images, path, form));
    }

    /// From now on, of all that is pulled.
    public void observe(PullObserver observer) {
        pullImage.observe(observer);
    }

    public List<PullProgress> progress() {
        return pullImage.progress();
    }

    public List<Image> list(ImageFilter filter) {
        var images = filter.getImage().getImage().isEmpty()
                ? index.list()
                : find(filter.getImage().getImage()).stream().toList();
        return images.stream().map(this::view).toList();
    }

    /// An answer without an image when there is none.
    public ImageStatusResponse status(ImageSpec spec, boolean verbose) {
        var response = ImageStatusResponse.newBuilder();
        find(required(spec)).ifPresent(image -> {
            response.setImage(view(image));
            if (verbose) {
                response.putInfo("info", views.info(image));
            }
        });
        return response.build();
    }

    private Image view(StoredImage image) {
        return views.image(image, index.additionalStore(image.id()).isPresent());
    }

    /// Removes the image with all its names; idempotent. One that is in use, or in an additional store, is refused.
    public void remove(ImageSpec spec) throws IOException, InterruptedException {
        var found = find(required(spec));
        if (found.isEmpty()) {
            requireNotSeveral(spec.getImage());
            return;
        }
        removeImage.remove(spec.getImage(), found.get());
    }

    /// Nothing is removed for a short id of several; that it is no image's name is no reason to say it is done.
    private void requireNotSeveral(String digits) {
        var several = index.withIdBeginning(digits);
        if (several.size() > 1) {
            throw new Invalid("ImageSpec.image: the ids of " + several.size() + " images begin with " + digits);
        }
    }

    public ImageFsInfoResponse fsInfo() throws IOException, InterruptedException {
        return fileSystems.info();
    }

    /// By name, digest, id or an unambiguous beginning of the id.
    public Optional<StoredImage> find(String nameOrId) {
        return named.find(nameOrId);
    }

    /// Keeps the image from being removed until the loan is closed; by then a container's record has to name
    /// it.
    public Optional<Loan> lend(String nameOrId) throws InterruptedException {
        var found = find(nameOrId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var held = users.share(found.get());
        var still = index.find(found.get().id());
        if (still.isEmpty()) {
            held.close();
        }
        return still.map(image -> new Loan(image, held));
    }

    /// Asks the namespace's own policy whether a container may be made of the image.
    public void checkUse(String namespace, ImageSpec spec, StoredImage image) throws IOException {
        trust.checkUse(namespace, spec, image);
    }

    /// An image that stays for as long as this is open.
    public record Loan(StoredImage image, Locks.Held held) implements AutoCloseable {
        @Override
        public void close() {
            held.close();
        }
    }

    private static String required(ImageSpec spec) {
        if (spec.getImage().isEmpty()) {
            throw new Invalid("ImageSpec.image is empty");
        }
        return spec.getImage();
    }

    private List<Reference> pullable(ImageSpec spec) {
        try {
            return rules.pullable(required(spec));
        } catch (IllegalArgumentException e) {
            throw new Invalid("ImageSpec.image: " + e.getMessage());
        }
    }

    private record ArtifactKey(List<Reference> meanings, Path policy, int maximumBytes) {
        @Override
        public String toString() {
            return "read " + meanings.getFirst();
        }
    }

    private record LoadKey(Path path, String name) {
        @Override
        public String toString() {
            return "load " + path;
        }
    }

    private record SaveKey(List<String> images, Path path, Form form) {
        @Override
        public String toString() {
            return "save " + path;
        }
    }

    private record PullKey(
            List<Reference> meanings, Path policy, RequestCredentials credentials, String namespace, Path authFile) {
        @Override
        public String toString() {
            return "pull " + meanings.getFirst();
        }
    }
}
