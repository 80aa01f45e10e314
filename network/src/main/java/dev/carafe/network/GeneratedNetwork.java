package dev.carafe.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The network's configuration that is written from a template (`cni_conf_template`) once the node's ranges of
/// addresses are known, into the folder of configurations. For clusters whose network brings none; where there is any
/// other file, nothing is written. Safe for all threads.
final class GeneratedNetwork {
    /// Of the file that is ours alone.
    static final String FILE = "10-carafe.conflist";

    private static final System.Logger LOG = System.getLogger(GeneratedNetwork.class.getName());
    private static final int MAX_BYTES = 1 << 20;

    private final Path template;
    private final ConfigurationFolder folder;

    GeneratedNetwork(Path template, ConfigurationFolder folder) {
        this.template = template;
        this.folder = folder;
    }

    /// @param ranges at least one
    /// @throws IOException when the template can't be read, or what comes of it is no network
    synchronized void write(List<PodAddress> ranges) throws IOException {
        if (folder.hasOther(FILE)) {
            return;
        }
        try {
            var text = new String(JsonParser.read(template, MAX_BYTES), StandardCharsets.UTF_8);
            var network = ConfigurationTemplate.parse(text).render(ranges);
            // A name that nobody takes for a configuration.
            new DurableFile(folder.path(), FILE, folder.path().resolve("." + FILE + ".new")).write(network);
            LOG.log(System.Logger.Level.INFO, "wrote {0}/{1} from {2}", folder.path(), FILE, template);
        } catch (IllegalArgumentException | JsonException e) {
            throw new IOException(template + ": " + e.getMessage(), e);
        }
    }
}
