package dev.carafe.engine.spec;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A seccomp profile in the JSON that Kubernetes nodes keep them in: the runtime spec's, with rules that hold only
/// for some capabilities, architectures or kernels.
@Json
record SeccompProfile(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<ArchitectureMap> archMap,
        List<String> flags,
        String listenerPath,
        List<Rule> syscalls) {
    SeccompProfile {
        defaultAction = text(defaultAction);
        architectures = list(architectures);
        archMap = list(archMap);
        flags = list(flags);
        listenerPath = text(listenerPath);
        syscalls = list(syscalls);
    }

    static SeccompProfile parse(String json) throws BadJsonException {
        return ForeignJson.read(json, Jsonb.instance().type(SeccompProfile.class)::fromJson);
    }

    @Json
    record ArchitectureMap(String architecture, List<String> subArchitectures) {
        ArchitectureMap {
            architecture = text(architecture);
            subArchitectures = list(subArchitectures);
        }
    }

    @Json
    record Rule(
            String name,
            List<String> names,
            String action,
            @Nullable Integer errnoRet,
            List<Argument> args,
            @Nullable Condition includes,
            @Nullable Condition excludes) {
        Rule {
            name = text(name);
            names = list(names);
            action = text(action);
            args = list(args);
        }

        List<String> allNames() {
            if (name.isEmpty()) {
                return names;
            }
            var all = new ArrayList<>(names);
            all.add(name);
            return all;
        }
    }

    @Json
    record Argument(int index, long value, long valueTwo, String op) {
        Argument {
            op = text(op);
        }
    }

    @Json
    record Condition(List<String> arches, List<String> caps, String minKernel) {
        Condition {
            arches = list(arches);
            caps = list(caps);
            minKernel = text(minKernel);
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }
}
