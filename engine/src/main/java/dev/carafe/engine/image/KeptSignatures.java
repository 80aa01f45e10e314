package dev.carafe.engine.image;

import dev.carafe.engine.image.ImageTrust.Evidence;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.Digest;
import dev.carafe.oci.ForeignJson;
import dev.carafe.storage.RecordFolder;
import dev.carafe.trust.SigstoreSignature;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The signatures that spoke for images when they were pulled, one record an image. They are verified anew
/// whenever they are asked for; a lost record only means that the image has to be pulled again where a policy
/// wants it. Survives restarts. Safe for all threads.
public final class KeptSignatures {
    private static final System.Logger LOG = System.getLogger(KeptSignatures.class.getName());
    private static final int SCHEMA = 1;

    /// Of one image; they are held in memory.
    private static final long MAX_BYTES = 256 * 1024;

    private final RecordFolder folder;
    private final JsonType<EvidenceDocument> type;
    private final ConcurrentHashMap<String, Evidence> byImage = new ConcurrentHashMap<>();

    private KeptSignatures(RecordFolder folder) {
        this.folder = folder;
        this.type = Jsonb.builder().build().type(EvidenceDocument.class);
    }

    /// @param records the folder of the engine's records
    /// @param images that are there; what was kept for others is deleted
    public static KeptSignatures open(Path records, Set<Digest> images) throws IOException {
        var kept = new KeptSignatures(RecordFolder.open(records.resolve("signatures"), SCHEMA));
        var contents = kept.folder.readAll();
        for (var damaged : contents.damaged()) {
            LOG.log(System.Logger.Level.ERROR, "lost the signatures of image {0}: {1}", damaged.name(), damaged.why());
        }
        var known = images.stream().map(Digest::hex).collect(Collectors.toSet());
        for (var document : contents.documents().entrySet()) {
            if (known.contains(document.getKey())) {
                kept.restore(document.getKey(), document.getValue());
            } else {
                kept.folder.delete(document.getKey());
            }
        }
        return kept;
    }

    private void restore(String image, String json) {
        try {
            byImage.put(image, ForeignJson.read(json, type::fromJson).evidence());
        } catch (BadJsonException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "lost the signatures of image " + image, e);
        }
    }

    Optional<Evidence> get(Digest image) {
        return Optional.ofNullable(byImage.get(image.hex()));
    }

    /// More than [#MAX_BYTES] is not kept: a registry may attach as much as it likes.
    void put(Digest image, Evidence evidence) throws IOException {
        if (evidence.sizeBytes() > MAX_BYTES) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the signatures of image {0} are too many to be kept: {1} bytes",
                    image.hex(),
                    evidence.sizeBytes());
            return;
        }
        folder.write(image.hex(), type.toJson(EvidenceDocument.of(evidence)));
        byImage.put(image.hex(), evidence);
    }

    /// Idempotent.
    void remove(Digest image) throws IOException {
        if (byImage.remove(image.hex()) != null) {
            folder.delete(image.hex());
        }
    }

    /// As it stands on disk, bytes in base64.
    @Json
    record EvidenceDocument(List<String> manifests, List<String> simple, List<SigstoreDocument> sigstore) {
        static EvidenceDocument of(Evidence evidence) {
            var base64 = Base64.getEncoder();
            return new EvidenceDocument(
                    evidence.manifests().stream().map(Digest::toString).sorted().toList(),
                    evidence.simple().stream().map(base64::encodeToString).toList(),
                    evidence.sigstore().stream()
                            .map(s -> new SigstoreDocument(base64.encodeToString(s.payload()), s.annotations()))
                            .toList());
        }

        Evidence evidence() {
            var base64 = Base64.getDecoder();
            return new Evidence(
                    manifests.stream().map(Digest::parse).collect(Collectors.toSet()),
                    simple.stream().map(base64::decode).toList(),
                    sigstore.stream()
                            .map(s -> new SigstoreSignature(base64.decode(s.payload), s.annotations))
                            .toList());
        }
    }

    @Json
    record SigstoreDocument(String payload, Map<String, String> annotations) {}
}
