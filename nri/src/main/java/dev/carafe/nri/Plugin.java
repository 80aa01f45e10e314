package dev.carafe.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.carafe.api.nri.ConfigureRequest;
import dev.carafe.api.nri.ConfigureResponse;
import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerRequest;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.PodRequest;
import dev.carafe.api.nri.PodSandbox;
import dev.carafe.api.nri.StateChangeEvent;
import dev.carafe.api.nri.SynchronizeRequest;
import dev.carafe.api.nri.SynchronizeResponse;
import dev.carafe.ttrpc.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// A plugin that has registered. It is asked one thing at a time, in the order in which things happen. One that does
/// not answer in time, or not as it should, is let go of, and the work goes on without it. Safe for all threads.
final class Plugin implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Plugin.class.getName());

    /// With room for what the call itself takes.
    private static final int MOST_SYNCHRONIZED_BYTES = Frame.MOST_DATA_BYTES - 64 * 1024;

    private final PluginName name;
    private final Connection connection;
    private final Duration limit;
    private final Set<Event> older = ConcurrentHashMap.newKeySet();
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile Set<Event> events = Set.of();

    Plugin(PluginName name, Connection connection, Duration limit) {
        this.name = name;
        this.connection = connection;
        this.limit = limit;
    }

    PluginName name() {
        return name;
    }

    boolean isClosed() {
        return connection.isClosed();
    }

    boolean wants(Event event) {
        return events.contains(event);
    }

    /// Until the turn is given back, it is asked nothing else.
    ReentrantLock turn() {
        return turn;
    }

    /// Tells it whom it works for, and hears what it wants to know of.
    void configure(ConfigureRequest request) throws IOException, InterruptedException {
        var answer = ConfigureResponse.parseFrom(connection.call("Configure", request, limit));
        events = events(answer.getEvents());
    }

    private static Set<Event> events(int mask) throws PluginException {
        var wanted = EnumSet.noneOf(Event.class);
        var unknown = mask;
        for (var event : Event.values()) {
            if (event == Event.UNKNOWN || event == Event.UNRECOGNIZED) {
                continue;
            }
            var bit = 1 << (event.getNumber() - 1);
            unknown &= ~bit;
            if ((mask & bit) != 0) {
                wanted.add(event);
            }
        }
        if (unknown != 0) {
            throw new PluginException("it asks for events that are not there: 0x" + Integer.toHexString(mask));
        }
        return mask == 0 ? EnumSet.complementOf(EnumSet.of(Event.VALIDATE_CONTAINER_ADJUSTMENT)) : wanted;
    }

    /// Tells it what there is, in as many requests as it takes.
    ///
    /// @return what it wants changed of it
    SynchronizeResponse synchronize(List<PodSandbox> pods, List<Container> containers)
            throws IOException, InterruptedException {
        var request = SynchronizeRequest.newBuilder();
        var size = 0;
        for (var pod : pods) {
            size = room(request, size, pod);
            request.addPods(pod);
        }
        for (var container : containers) {
            size = room(request, size, container);
            request.addContainers(container);
        }
        return SynchronizeResponse.parseFrom(connection.call("Synchronize", request.build(), limit));
    }

    /// Sends what is there already where one more would make it too long.
    private int room(SynchronizeRequest.Builder request, int size, MessageLite next)
            throws IOException, InterruptedException {
        var more = next.getSerializedSize() + 16;
        if (size == 0 || size + more <= MOST_SYNCHRONIZED_BYTES) {
            return size + more;
        }
        var answer = SynchronizeResponse.parseFrom(
                connection.call("Synchronize", request.setMore(true).build(), limit));
        if (!answer.getMore() || answer.getUpdateCount() > 0) {
            throw new PluginException("it can't take pods and containers in several requests");
        }
        request.clear();
        return more;
    }

    /// @param method that of the event
    /// @return empty when it does not want to know, or has been let go of
    /// @throws PluginException when it refuses
    <R extends MessageLite> Optional<R> ask(Event event, String method, MessageLite request, Parser<R> answer)
            throws PluginException, InterruptedException {
        if (!wants(event)) {
            return Optional.empty();
        }
        turn.lockInterruptibly();
        try {
            return isClosed() ? Optional.empty() : Optional.of(answer.parseFrom(call(event, method, request)));
        } catch (PluginException e) {
            throw e.of(name.toString(), method);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "NRI plugin {0} is let go of: {1} failed: {2}",
                    name,
                    method,
                    e.getMessage());
            close();
            return Optional.empty();
        } finally {
            turn.unlock();
        }
    }

    private ByteString call(Event event, String method, MessageLite request) throws IOException, InterruptedException {
        if (!older.contains(event)) {
            try {
                return connection.call(method, request, limit);
            } catch (PluginException e) {
                if (!e.isUnimplemented() || !hasOlderForm(event)) {
                    throw e;
                }
                older.add(event);
            }
        }
        connection.call("StateChange", olderForm(event, request), limit);
        return Empty.getDefaultInstance().toByteString();
    }

    private static boolean hasOlderForm(Event event) {
        return switch (event) {
            case RUN_POD_SANDBOX,
                    STOP_POD_SANDBOX,
                    REMOVE_POD_SANDBOX,
                    POST_UPDATE_POD_SANDBOX,
                    POST_CREATE_CONTAINER,
                    START_CONTAINER,
                    POST_START_CONTAINER,
                    POST_UPDATE_CONTAINER,
                    REMOVE_CONTAINER -> true;
            case CREATE_CONTAINER,
                    UPDATE_CONTAINER,
                    STOP_CONTAINER,
                    UPDATE_POD_SANDBOX,
                    VALIDATE_CONTAINER_ADJUSTMENT,
                    UNKNOWN,
                    UNRECOGNIZED -> false;
        };
    }

    private static StateChangeEvent olderForm(Event event, MessageLite request) {
        var change = StateChangeEvent.newBuilder().setEvent(event);
        if (request instanceof ContainerRequest ofContainer) {
            return change.setPod(ofContainer.getPod())
                    .setContainer(ofContainer.getContainer())
                    .build();
        }
        return change.setPod(((PodRequest) request).getPod()).build();
    }

    @Override
    public void close() {
        connection.close();
    }
}
