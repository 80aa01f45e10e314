package dev.carafe.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.carafe.api.nri.ConfigureRequest;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.RegisterPluginRequest;
import dev.carafe.api.nri.UpdateContainersRequest;
import dev.carafe.api.nri.UpdateContainersResponse;
import dev.carafe.linux.Fd;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A connection on its way to be a plugin's: it registers, and is configured. For one thread, beside the plugin's
/// calls.
final class Admission {
    private static final System.Logger LOG = System.getLogger(Admission.class.getName());

    /// The release of NRI whose protocol this is.
    private static final String NRI_VERSION = "v0.12.0";

    private final NriConfig config;
    private final NriConfig.Runtime runtime;
    private final Node node;
    private final Optional<PluginName> known;

    /// Its name, or that there will be none.
    private final BlockingQueue<Optional<PluginName>> registered = new ArrayBlockingQueue<>(2);

    private final AtomicBoolean hasRegistered = new AtomicBoolean();

    /// @param known the name of a plugin that was started by it; others give theirs
    Admission(NriConfig config, NriConfig.Runtime runtime, Node node, Optional<PluginName> known) {
        this.config = config;
        this.runtime = runtime;
        this.node = node;
        this.known = known;
    }

    /// @throws IOException when it does not register in time, or not well; its connection is closed then
    Plugin admit(Fd socket, String configuration, Runnable onClose) throws IOException, InterruptedException {
        var connection = new Connection(socket, this::call, () -> {
            registered.add(Optional.empty());
            onClose.run();
        });
        try {
            connection.start();
            var name = registered.poll(config.registrationTimeout().toNanos(), TimeUnit.NANOSECONDS);
            if (name == null) {
                throw new IOException("it did not register within "
                        + config.registrationTimeout().toMillis() + " ms");
            }
            if (name.isEmpty()) {
                throw new IOException("its connection ended before it registered");
            }
            var plugin = new Plugin(name.get(), connection, config.requestTimeout());
            plugin.configure(ConfigureRequest.newBuilder()
                    .setConfig(configuration)
                    .setRuntimeName(runtime.name())
                    .setRuntimeVersion(runtime.version())
                    .setRegistrationTimeout(config.registrationTimeout().toMillis())
                    .setRequestTimeout(config.requestTimeout().toMillis())
                    .setNriVersion(NRI_VERSION)
                    .build());
            return plugin;
        } catch (IOException | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private MessageLite call(String method, ByteString request) throws IOException, InterruptedException {
        return switch (method) {
            case "RegisterPlugin" -> register(RegisterPluginRequest.parseFrom(request));
            case "UpdateContainers" -> update(UpdateContainersRequest.parseFrom(request));
            default -> throw new PluginException(PluginException.UNIMPLEMENTED, "there is no method " + method);
        };
    }

    private MessageLite register(RegisterPluginRequest request) throws PluginException {
        var name = known.isPresent() ? known.get() : PluginName.of(request.getPluginIdx(), request.getPluginName());
        if (!hasRegistered.compareAndSet(false, true)) {
            throw new PluginException("it has registered already");
        }
        registered.add(Optional.of(name));
        LOG.log(System.Logger.Level.INFO, "NRI plugin {0} registers, NRI {1}", name, request.getNriVersion());
        return Empty.getDefaultInstance();
    }

    private MessageLite update(UpdateContainersRequest request) throws PluginException, InterruptedException {
        if (!hasRegistered.get()) {
            throw new PluginException("it has not registered");
        }
        var failed = node.fulfil(new Wishes(request.getUpdateList(), request.getEvictList()));
        return UpdateContainersResponse.newBuilder().addAllFailed(failed).build();
    }
}
