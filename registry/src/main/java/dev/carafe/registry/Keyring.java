package dev.carafe.registry;

import dev.carafe.oci.Reference;
import java.io.IOException;

/// Which credentials go where. Safe for all threads.
public interface Keyring {
    /// None where nothing is known.
    ///
    /// @param asked the image's name
    /// @param place its name at the registry or mirror that is asked now
    /// @throws IOException when credentials are there but can't be read
    Credentials credentials(Reference asked, Reference place) throws IOException, InterruptedException;
}
