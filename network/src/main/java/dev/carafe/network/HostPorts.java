package dev.carafe.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// The ports of the node that lead to pods: whose they are, and the rules for those that no plugin takes. Safe
/// for all threads. The kernel's rules survive the daemon; [#restore] and [#sweep()] make them those of the
/// pods that there are.
///
/// The rules are always written whole, so pods that come at the same time share one writing.
final class HostPorts {
    private static final System.Logger LOG = System.getLogger(HostPorts.class.getName());

    private final PacketFilter filter;
    private final HostPortRules rules;
    private final LocalRoutes local;
    private final Map<String, Attachment> holders = new LinkedHashMap<>();
    private final Map<String, OpenPorts> open = new TreeMap<>();
    private final ReentrantLock writing = new ReentrantLock(true);

    /// Of what is in `open`; guarded by this, as the maps are.
    private long version = 1;

    /// What the kernel has; guarded by `writing`.
    private long written;

    HostPorts(PacketFilter filter, HostPortRules rules, LocalRoutes local) {
        this.filter = filter;
        this.rules = rules;
        this.local = local;
    }

    /// Reserves the pod's ports until it closes them.
    ///
    /// @throws HostPortTaken when one is another pod's, or the pod wants one twice
    synchronized void claim(Attachment pod) throws HostPortTaken {
        for (var port : pod.ports()) {
            for (var other : pod.ports()) {
                if (!port.equals(other) && port.collidesWith(other)) {
                    throw new HostPortTaken("pod " + pod.pod() + " wants host port " + port.shown() + " twice");
                }
            }
            for (var holder : holders.values()) {
                if (!holder.containerId().equals(pod.containerId())
                        && holder.ports().stream().anyMatch(port::collidesWith)) {
                    throw new HostPortTaken("host port " + port.shown() + " of pod " + pod.pod() + " is that of pod "
                            + holder.pod() + " (" + holder.containerId() + ")");
                }
            }
        }
        hold(pod);
    }

    private void hold(Attachment pod) {
        if (!pod.ports().isEmpty()) {
            holders.put(pod.containerId(), pod);
        }
    }

    /// The ports are the pod's again after a restart, whatever else holds; with its rules where it has
    /// addresses here.
    synchronized void restore(Attachment pod, List<PodAddress> addresses) throws IOException {
        hold(pod);
        if (!addresses.isEmpty()) {
            put(pod, addresses);
        }
    }

    /// Leads them to the pod. When it returns, they answer.
    ///
    /// @throws IOException also when the rules can't be written; [#close] is needed then too
    void open(Attachment pod, List<PodAddress> addresses) throws IOException, InterruptedException {
        var wanted = 0L;
        synchronized (this) {
            put(pod, addresses);
            wanted = version;
        }
        write(wanted);
        for (var port : udp(pod)) {
            forgetDatagrams(port);
        }
    }

    private void forgetDatagrams(int port) throws InterruptedException {
        try {
            filter.forgetDatagrams(port);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "UDP flows to port {0} keep their old way: {1}", port, e.getMessage());
        }
    }

    private void put(Attachment pod, List<PodAddress> addresses) throws IOException {
        var mappings = pod.ports().stream().distinct().toList();
        var ports = new OpenPorts(pod.pod(), mappings, addresses, Set.of());
        open.put(pod.containerId(), new OpenPorts(pod.pod(), mappings, addresses, localDevices(ports)));
        version++;
    }

    private Set<String> localDevices(OpenPorts ports) throws IOException {
        var pod = ports.ipv4();
        if (pod.isEmpty() || ports.mappings().stream().noneMatch(HostPorts::isForLoopback)) {
            return Set.of();
        }
        return local.deviceTo(pod.get().address()).map(Set::of).orElse(Set.of());
    }

    private static boolean isForLoopback(PortMapping mapping) {
        return mapping.isForIpv4() && (mapping.isForAll() || mapping.hostIp().startsWith("127."));
    }

    private static Set<Integer> udp(Attachment pod) {
        var ports = new HashSet<Integer>();
        for (var mapping : pod.ports()) {
            if (mapping.protocol().equals("udp")) {
                ports.add(mapping.hostPort());
            }
        }
        return ports;
    }

    /// They are nobody's, and no longer lead to the pod. Idempotent; also what failed before is done then.
    void close(Attachment pod) throws IOException, InterruptedException {
        if (pod.ports().isEmpty()) {
            return;
        }
        var wanted = 0L;
        synchronized (this) {
            holders.remove(pod.containerId());
            if (open.remove(pod.containerId()) != null) {
                version++;
            }
            wanted = everWritten() ? version : 0;
        }
        write(wanted);
    }

    /// Before, what is in the kernel is of the last run, and left to [#sweep()].
    private boolean everWritten() {
        return version > 1;
    }

    /// The kernel's rules become those of the pods that there are, after a restart.
    void sweep() throws IOException, InterruptedException {
        var wanted = 0L;
        synchronized (this) {
            wanted = version;
            if (open.isEmpty() && !filter.isThere()) {
                return;
            }
        }
        write(wanted);
    }

    private void write(long wanted) throws IOException, InterruptedException {
        writing.lockInterruptibly();
        try {
            if (written >= wanted) {
                return;
            }
            var ports = new ArrayList<OpenPorts>();
            var reached = 0L;
            synchronized (this) {
                ports.addAll(open.values());
                reached = version;
            }
            var devices = new HashSet<String>();
            ports.forEach(each -> devices.addAll(each.localDevices()));
            // The guard is there before it is needed, and goes after.
            local.keepOnly(devices);
            filter.apply(rules.script(ports));
            local.allow(devices);
            written = reached;
        } finally {
            writing.unlock();
        }
    }
}
