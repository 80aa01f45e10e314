package dev.carafe.engine.edit;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The node's OCI hooks (oci-hooks(5)): JSON files in folders, of which a later one's file hides those of the same
/// name. The folders are read again for each container, and a file that can't be read fails it: a hook may be what
/// makes a container safe. Safe for all threads.
public final class OciHooks {
    private final List<Path> folders;
    private final FolderFiles<ConfiguredHook> files =
            new FolderFiles<>(List.of(".json"), (_, text) -> ConfiguredHook.parse(text));

    public OciHooks(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// The spec with the hooks that are for it, in the order of the files' names.
    ///
    /// @param bindsHost the container's request has mounts
    /// @throws IOException names the file that is not a hook's
    public RuntimeSpec addTo(RuntimeSpec spec, boolean bindsHost) throws IOException {
        var hooks = new StagedHooks(spec.hooks());
        for (var found : inOrder().values()) {
            var hook = require(found);
            if (isFor(found, hook, spec, bindsHost)) {
                hook.stages().forEach(stage -> hooks.add(stage, hook.hook()));
            }
        }
        return new RuntimeSpec(
                spec.ociVersion(),
                spec.process(),
                spec.root(),
                spec.hostname(),
                spec.mounts(),
                hooks.forSpec(),
                spec.annotations(),
                spec.linux());
    }

    private static ConfiguredHook require(FolderFiles.Found<ConfiguredHook> found) throws IOException {
        try {
            return found.require();
        } catch (IOException e) {
            throw new IOException("hooks_dir: " + e.getMessage(), e);
        }
    }

    private static boolean isFor(
            FolderFiles.Found<ConfiguredHook> found, ConfiguredHook hook, RuntimeSpec spec, boolean bindsHost)
            throws IOException {
        try {
            return hook.isFor(spec, bindsHost);
        } catch (IOException e) {
            throw new IOException("hooks_dir: " + found.file() + ": " + e.getMessage(), e);
        }
    }

    /// By their names in small letters, those of later folders in place of earlier ones'.
    private Map<String, FolderFiles.Found<ConfiguredHook>> inOrder() throws IOException {
        var byName = new TreeMap<String, FolderFiles.Found<ConfiguredHook>>();
        for (var folder : folders) {
            for (var found : files.in(folder)) {
                byName.put(String.valueOf(found.file().getFileName()), found);
            }
        }
        var ordered = new TreeMap<String, FolderFiles.Found<ConfiguredHook>>();
        byName.forEach((name, found) -> ordered.put(name.toLowerCase(Locale.ROOT) + "/" + name, found));
        return ordered;
    }
}
