package dev.carafe.engine.edit;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// Devices by the Container Device Interface: containers name them, files of the node say what they are. The folders
/// are read when a container names one, and a file again when it has changed. Safe for all threads.
public final class CdiDevices {
    private static final String FIELD = "CDI_devices";
    private static final String ANNOTATION_PREFIX = "cdi.k8s.io/";
    private static final int MAXIMUM_DEVICES = 256;

    private final List<Path> folders;
    private final FolderFiles<CdiFile> files = new FolderFiles<>(List.of(".json", ".yaml", ".yml"), CdiFile::parse);

    public CdiDevices(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// A device where it was found.
    private record Found(Path file, CdiFile kind, CdiEdits edits) {}

    /// The spec with the devices that the request names, by its field and by annotations.
    ///
    /// @throws Invalid names a device that is not there, or is there twice, and files that could not be read
    public RuntimeSpec addTo(RuntimeSpec spec, ContainerConfig request) throws IOException {
        var names = names(request);
        if (names.isEmpty()) {
            return spec;
        }
        var problems = new ArrayList<String>();
        var there = devices(problems);
        var edited = new EditedSpec(spec);
        var kinds = new LinkedHashSet<Path>();
        for (var name : names) {
            var found = there.get(name.toString());
            if (found == null) {
                throw new Invalid(FIELD + ": there is no device " + name + " in " + folders + told(problems));
            }
            if (found.isEmpty()) {
                throw new Invalid(FIELD + ": several files of one folder have the device " + name + told(problems));
            }
            if (kinds.add(found.get().file)) {
                edited.add(name, found.get().kind.edits());
            }
            edited.add(name, found.get().edits);
        }
        return edited.done();
    }

    /// @throws Invalid when a name is none, or when there are too many
    public static void check(ContainerConfig request) {
        names(request);
    }

    /// Each once, in the order in which they are named.
    private static SequencedSet<CdiName> names(ContainerConfig request) {
        var names = new LinkedHashSet<CdiName>();
        for (var device : request.getCDIDevicesList()) {
            names.add(CdiName.parse(device.getName(), FIELD));
        }
        request.getAnnotationsMap().forEach((key, value) -> {
            if (key.startsWith(ANNOTATION_PREFIX)) {
                for (var name : value.split(",", MAXIMUM_DEVICES + 1)) {
                    names.add(CdiName.parse(name.strip(), "annotations " + key));
                }
            }
        });
        if (names.size() > MAXIMUM_DEVICES) {
            throw new Invalid(FIELD + ": more than " + MAXIMUM_DEVICES);
        }
        return names;
    }

    private static String told(List<String> problems) {
        return problems.isEmpty() ? "" : "; not read: " + String.join("; ", problems);
    }

    /// By name; empty where two files of the strongest folder that has it are at odds.
    ///
    /// @param problems where to say which files can't be read
    private Map<String, Optional<Found>> devices(List<String> problems) throws IOException {
        var all = new LinkedHashMap<String, Optional<Found>>();
        for (var folder : folders) {
            var here = new LinkedHashMap<String, Optional<Found>>();
            for (var found : files.in(folder)) {
                var file = found.value();
                if (file == null) {
                    problems.add(found.described());
                    continue;
                }
                file.devices().forEach((name, edits) -> {
                    var device = Optional.of(new Found(found.file(), file, edits));
                    here.merge(new CdiName(file.kind(), name).toString(), device, (a, b) -> Optional.empty());
                });
            }
            all.putAll(here);
        }
        return all;
    }
}
