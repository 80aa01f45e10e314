package dev.carafe.engine.image;

import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.Int64Value;
import dev.carafe.engine.ImageSettings;
import dev.carafe.oci.ImageConfig;
import dev.carafe.oci.Manifest;
import dev.carafe.storage.StoredImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Images as the CRI shows them.
public final class ImageViews {
    private static final Pattern ID = Pattern.compile("[0-9]{1,12}");

    private volatile ImageSettings settings;

    public ImageViews(ImageSettings settings) {
        this.settings = settings;
    }

    /// From now on.
    public void use(ImageSettings changed) {
        settings = changed;
    }

    /// The id as CRI-O has it: the configuration's digest without its algorithm.
    public static String id(StoredImage image) {
        return image.id().hex();
    }

    /// The image by its manifest's digest, for ContainerStatus.image_ref.
    public static String reference(StoredImage image) {
        return image.repoDigests().isEmpty() ? id(image) : image.repoDigests().getFirst();
    }

    /// @param stays whatever the kubelet does, so that it had better not try
    Image image(StoredImage image, boolean stays) {
        var view = Image.newBuilder()
                .setId(id(image))
                .addAllRepoTags(image.repoTags())
                .addAllRepoDigests(image.repoDigests())
                .setSize(image.sizeBytes())
                .setSpec(ImageSpec.newBuilder().setImage(reference(image)))
                .setPinned(stays || isPinned(image));
        user(view, config(image).config().user());
        return view.build();
    }

    private boolean isPinned(StoredImage image) {
        return Stream.concat(image.repoTags().stream(), image.repoDigests().stream())
                .anyMatch(settings::isPinned);
    }

    /// The image's configuration, for people.
    String info(StoredImage image) {
        return "{\"imageSpec\":" + image.configJson() + "}";
    }

    public static ImageConfig config(StoredImage image) {
        try {
            return ImageConfig.parse(image.configJson().getBytes(StandardCharsets.UTF_8));
        } catch (IOException damaged) {
            // It was parsed before it was stored, and the record's checksum holds.
            throw new UncheckedIOException(damaged);
        }
    }

    /// What the author says of it in its manifest.
    public static Map<String, String> annotations(StoredImage image) throws IOException {
        return Manifest.annotations(image.manifestJson().getBytes(StandardCharsets.UTF_8));
    }

    /// `USER` is a user id or name, perhaps with a group; the kubelet wants to know which. An id is what a process
    /// can be started with by number: what only looks like one must not pass the kubelet's runAsNonRoot.
    private static void user(Image.Builder view, String user) {
        var name = user.split(":", 2)[0];
        if (name.isEmpty()) {
            return;
        }
        if (ID.matcher(name).matches() && Long.parseLong(name) <= Integer.MAX_VALUE) {
            view.setUid(Int64Value.newBuilder().setValue(Long.parseLong(name)));
        } else {
            view.setUsername(name);
        }
    }
}
