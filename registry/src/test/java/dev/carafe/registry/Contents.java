package dev.carafe.registry;

import dev.carafe.oci.Digest;
import dev.carafe.oci.MediaTypes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A registry's answers without faults, for any repository.
final class Contents implements ScriptedServer.Script {
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final Map<String, String> contentTypes = new ConcurrentHashMap<>();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

    static Contents of(TestImage image) {
        return new Contents().add("1", image);
    }

    Contents add(String tag, TestImage image) {
        blob(image.config);
        blob(image.layer);
        return manifest(tag, image.manifest, MediaTypes.OCI_MANIFEST);
    }

    Contents blob(byte[] content) {
        blobs.put(Digest.sha256(content).toString(), content);
        return this;
    }

    Contents manifest(String tag, byte[] document, String contentType) {
        for (var name : List.of(tag, Digest.sha256(document).toString())) {
            manifests.put(name, document);
            contentTypes.put(name, contentType);
        }
        return this;
    }

    @Override
    public void answer(ScriptedServer.Received request, ScriptedServer.Reply reply) throws IOException {
        var path = request.path();
        var name = path.substring(path.lastIndexOf('/') + 1);
        var manifest = manifests.get(name);
        var blob = blobs.get(name);
        if (path.contains("/manifests/") && manifest != null) {
            reply.send(200, Map.of("content-type", contentTypes.get(name)), manifest);
        } else if (path.contains("/blobs/") && blob != null) {
            blob(request, reply, blob);
        } else {
            reply.send(404, Map.of(), "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"no such thing\"}]}");
        }
    }

    private static void blob(ScriptedServer.Received request, ScriptedServer.Reply reply, byte[] blob)
            throws IOException {
        var range = request.headers().get("range");
        if (range == null) {
            reply.send(200, Map.of("content-type", "application/octet-stream"), blob);
            return;
        }
        var from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        reply.send(
                206,
                Map.of("content-range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length),
                Arrays.copyOfRange(blob, from, blob.length));
    }
}
