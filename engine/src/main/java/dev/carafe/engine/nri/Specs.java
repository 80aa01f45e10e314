package dev.carafe.engine.nri;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;

/// Where the specs of containers are that are there.
@FunctionalInterface
public interface Specs {
    RuntimeSpec of(ContainerId id) throws IOException;
}
