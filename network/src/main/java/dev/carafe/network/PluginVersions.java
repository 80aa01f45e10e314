package dev.carafe.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Which versions of the specification the plugins speak. Each file is asked once. For one thread.
final class PluginVersions {
    /// Old plugins demand all parameters even for VERSION.
    private static final Map<String, String> PARAMETERS = Map.of(
            "CNI_COMMAND", "VERSION",
            "CNI_CONTAINERID", "dummy",
            "CNI_NETNS", "dummy",
            "CNI_IFNAME", "dummy",
            "CNI_ARGS", "");

    /// What plugins from before the command answer to it.
    private static final String COMMAND_UNKNOWN = "unknown CNI_COMMAND: VERSION";

    /// The answer is printed from what the program knows; a plugin that takes longer hangs.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Plugins plugins;
    private final Map<Path, Answer> answers = new HashMap<>();

    PluginVersions(Plugins plugins) {
        this.plugins = plugins;
    }

    private record Answer(FileIdentity file, Set<SpecVersion> versions) {}

    private record FileIdentity(Object key, long size, FileTime modified) {
        static FileIdentity of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileIdentity(
                    Objects.requireNonNull(attributes.fileKey()), attributes.size(), attributes.lastModifiedTime());
        }
    }

    /// Those that we speak too.
    Set<SpecVersion> of(String type) throws IOException, InterruptedException {
        var request = JsonObject.EMPTY.with("cniVersion", SpecVersion.NEWEST.toString());
        var call = new PluginCall(type, "", PARAMETERS, request);
        var path = plugins.find(call);
        var file = FileIdentity.of(path);
        var known = answers.get(path);
        if (known == null || !known.file.equals(file)) {
            known = new Answer(file, ask(call));
            answers.put(path, known);
        }
        return known.versions;
    }

    private Set<SpecVersion> ask(PluginCall call) throws IOException, InterruptedException {
        try {
            return parse(call, JsonParser.parseObject(plugins.call(call, PATIENCE)));
        } catch (JsonException e) {
            throw new PluginException(call, 0, "answered with what is no list of versions: " + e.getMessage());
        } catch (PluginException e) {
            if (Objects.requireNonNull(e.getMessage()).contains(COMMAND_UNKNOWN)) {
                return EnumSet.of(SpecVersion.V0_1_0);
            }
            throw e;
        }
    }

    private static Set<SpecVersion> parse(PluginCall call, JsonObject answer) throws IOException {
        var supported = EnumSet.noneOf(SpecVersion.class);
        for (var version : answer.list("supportedVersions")) {
            if (version instanceof Json.Text(var text)) {
                SpecVersion.of(text).ifPresent(supported::add);
            }
        }
        // 0.2.0 had the command, not yet the list.
        if (!answer.has("supportedVersions") && "0.2.0".equals(answer.text("cniVersion"))) {
            return EnumSet.range(SpecVersion.V0_1_0, SpecVersion.V0_2_0);
        }
        if (supported.isEmpty()) {
            throw new PluginException(call, 0, "names no version that is known here");
        }
        return supported;
    }
}
