package dev.carafe.oci;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An image's configuration (image-spec, config.md).
///
/// @param diffIds the digests of its layers' tars, bottom first
public record ImageConfig(String architecture, String os, List<Digest> diffIds, ContainerDefaults config) {
    public static final int MAX_BYTES = Documents.MAX_CONFIG_BYTES;

    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    public static ImageConfig parse(byte[] bytes) throws InvalidImageException {
        var document = Documents.parse(ConfigDocument.class, bytes, MAX_BYTES, "the image's configuration");
        var rootfs = document.rootfs();
        if (rootfs == null) {
            throw new InvalidImageException("the image's configuration has no rootfs");
        }
        var diffIds = new ArrayList<Digest>();
        for (var diffId : Documents.texts(rootfs.diffIds(), "the image's configuration")) {
            try {
                diffIds.add(Digest.parse(diffId));
            } catch (IllegalArgumentException e) {
                throw new InvalidImageException("the image's configuration: " + e.getMessage(), e);
            }
        }
        return new ImageConfig(
                Documents.orEmpty(document.architecture()),
                Documents.orEmpty(document.os()),
                diffIds,
                defaults(document.config()));
    }

    private static ContainerDefaults defaults(@Nullable DefaultsDocument document) throws InvalidImageException {
        var what = "the image's configuration";
        return document == null
                ? new ContainerDefaults("", List.of(), List.of(), List.of(), "", Set.of(), "", Map.of())
                : new ContainerDefaults(
                        Documents.orEmpty(document.user()),
                        Documents.texts(document.env(), what),
                        Documents.texts(document.entrypoint(), what),
                        Documents.texts(document.cmd(), what),
                        Documents.orEmpty(document.workingDir()),
                        document.volumes() == null
                                ? Set.of()
                                : document.volumes().keySet(),
                        Documents.orEmpty(document.stopSignal()),
                        Documents.texts(document.labels(), what));
    }

    /// What a container of the image gets where its own configuration says nothing; empty means the image says nothing.
    ///
    /// @param user `uid`, `name`, or one of them with `:gid` or `:group`
    /// @param env entries `NAME=value`
    /// @param volumes absolute paths
    public record ContainerDefaults(
            String user,
            List<String> env,
            List<String> entrypoint,
            List<String> cmd,
            String workingDir,
            Set<String> volumes,
            String stopSignal,
            Map<String, String> labels) {
        public ContainerDefaults {
            env = List.copyOf(env);
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
            volumes = Set.copyOf(volumes);
            labels = Map.copyOf(labels);
        }
    }

    @Json
    record ConfigDocument(
            @Nullable String architecture,
            @Nullable String os,
            @Nullable DefaultsDocument config,
            @Nullable RootfsDocument rootfs) {}

    @Json
    record RootfsDocument(
            @Nullable String type,
            @Json.Property("diff_ids") @Nullable List<String> diffIds) {}

    @Json
    record DefaultsDocument(
            @Json.Property("User") @Nullable String user,
            @Json.Property("Env") @Nullable List<String> env,
            @Json.Property("Entrypoint") @Nullable List<String> entrypoint,
            @Json.Property("Cmd") @Nullable List<String> cmd,
            @Json.Property("WorkingDir") @Nullable String workingDir,
            @Json.Property("Volumes") @Nullable Map<String, Object> volumes,
            @Json.Property("StopSignal") @Nullable String stopSignal,
            @Json.Property("Labels") @Nullable Map<String, String> labels) {}
}
