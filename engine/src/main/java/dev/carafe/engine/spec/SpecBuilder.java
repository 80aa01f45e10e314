package dev.carafe.engine.spec;

import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.util.List;

/// Makes a container's OCI runtime spec. Safe for all threads. Besides the spec it makes, in the container's root file
/// system, the working directory and the folders of the image's volumes, and on the host the missing sources of mounts;
/// all of this again does no harm.
public final class SpecBuilder {
    public SpecBuilder(ContainerDefaults defaults, HostFacts host) {
        throw new UnsupportedOperationException(defaults + " " + host);
    }

    /// @throws dev.carafe.engine.Invalid when the request can't be kept by anybody
    /// @throws dev.carafe.engine.Unsupported when it asks for what is not done yet
    public BuiltSpec build(SpecRequest request) throws IOException {
        throw new UnsupportedOperationException(request.containerId());
    }

    /// A further process of a container that was built here: as its first, without a terminal.
    public RuntimeSpec.Process execProcess(RuntimeSpec spec, List<String> command) {
        throw new UnsupportedOperationException(command.toString());
    }
}
