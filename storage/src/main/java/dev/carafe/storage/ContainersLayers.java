package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.FileType;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Quoted;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The layers of a store of containers/storage. Its folders are unpacked above their parents, so a layer is only what
/// it is in the chain that it stands in, and is found by that. Once it is read, for all threads.
final class ContainersLayers implements LayerSource {
    private static final JsonType<List<ContainersDocuments.Layer>> LAYERS =
            Jsonb.instance().type(ContainersDocuments.Layer.class).list();
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final String FILES = "diff";
    /// Where owners and modes are kept for stores that can't have them as they are.
    private static final String OVERRIDDEN = "user.containers.override_stat";

    private static final int MOST_ANSWER_BYTES = 64;

    private final Path root;
    private final Map<String, ContainersDocuments.Layer> documents = new HashMap<>();
    private final Map<Digest, FoundLayer> byChain = new HashMap<>();

    private ContainersLayers(Path root) {
        this.root = root;
    }

    static ContainersLayers read(Path root) throws IOException {
        requireKernelsOverlay(root.resolve("overlay").resolve(".has-mount-program"));
        var layers = new ContainersLayers(root);
        var list = root.resolve("overlay-layers").resolve("layers.json");
        for (var document : ReadContainersStore.parse(list, LAYERS)) {
            layers.documents.put(document.id(), document);
        }
        return layers;
    }

    /// A mount program, as fuse-overlayfs, has ways of its own to hide files.
    private static void requireKernelsOverlay(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            var answer = new String(ByteBudget.read(file, MOST_ANSWER_BYTES), StandardCharsets.US_ASCII);
            if (answer.strip().equals("true")) {
                throw new IOException("its layers are made for a mount program and not for the kernel's overlayfs");
            }
        }
    }

    /// From now on the chain's layers are found.
    ///
    /// @param top the id of the topmost
    /// @param diffIds of the chain, bottom first
    /// @return bytes of the layers' tars
    /// @throws IOException when they are not what they have to be; then none of those that were not found before is
    long take(String top, List<Digest> diffIds) throws IOException {
        var chain = chain(top, diffIds);
        var chainIds = ChainIds.of(diffIds);
        var found = new ArrayList<FoundLayer>();
        for (var i = 0; i < chain.size(); i++) {
            var known = byChain.get(chainIds.get(i));
            found.add(known == null ? open(chain.get(i)) : known);
        }
        for (var i = 0; i < chain.size(); i++) {
            byChain.put(chainIds.get(i), found.get(i));
        }
        return found.stream()
                .map(FoundLayer::info)
                .reduce(new LayerInfo(0, 0), LayerInfo::plus)
                .sizeBytes();
    }

    private List<ContainersDocuments.Layer> chain(String top, List<Digest> diffIds) throws IOException {
        var topmostFirst = new ArrayList<ContainersDocuments.Layer>();
        var id = top;
        for (var diffId : diffIds.reversed()) {
            var layer = documents.get(id);
            if (layer == null) {
                throw new IOException("layer " + Quoted.of(id) + " for " + diffId + " is not in layers.json");
            }
            if (!layer.diffId().equals(diffId.toString())) {
                throw new IOException("layer " + Quoted.of(id) + " is not the " + diffId + " that it needs but "
                        + (layer.diffId().isEmpty() ? "of no digest" : Quoted.of(layer.diffId())));
            }
            topmostFirst.add(layer);
            id = layer.parent();
        }
        if (!id.isEmpty()) {
            throw new IOException("layer " + Quoted.of(id) + " is below all that its configuration names");
        }
        return topmostFirst.reversed();
    }

    private FoundLayer open(ContainersDocuments.Layer layer) throws IOException {
        if (!ID.matcher(layer.id()).matches()) {
            throw new IOException(Quoted.of(layer.id()) + " is no layer's id");
        }
        if (layer.isIncomplete() || layer.isMapped()) {
            throw new IOException("layer " + layer.id()
                    + (layer.isIncomplete() ? " is incomplete" : " belongs to users of a user namespace"));
        }
        var folder = root.resolve("overlay").resolve(layer.id());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("layer " + layer.id() + " has no folder");
        }
        try (var holder = Directory.open(folder)) {
            var status = holder.status(FILES);
            if (status.filter(found -> found.type() == FileType.DIRECTORY).isEmpty()
                    || holder.status("composefs-data").isPresent()) {
                throw new IOException("the files of layer " + layer.id() + " are not in a plain folder");
            }
            var xattrs = holder.xattrs(FILES);
            if (xattrs.containsKey(OVERRIDDEN)) {
                throw new IOException("layer " + layer.id() + " is made for a mount program (force_mask)");
            }
            return new FoundLayer(
                    List.of(folder.resolve(FILES)),
                    new LayerInfo(Math.max(0, layer.sizeBytes()), 0),
                    true,
                    Xattrs.isOpaque(xattrs));
        }
    }

    @Override
    public Optional<FoundLayer> find(Digest diffId, Digest chainId) {
        return Optional.ofNullable(byChain.get(chainId));
    }
}
