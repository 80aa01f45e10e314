# Sourced by quickstart and verify: a registry, an image, a daemon of our own, and a pod's life through them.
# Needs: $root, $work (a private folder; everything made lives in it), $log, and scripts/prepare.sh sourced before.
# All names that the host can see (bridge, cgroup, network) carry $tag, so that several of these run side by side.

# Waits until the command succeeds, at most $1 seconds, as long as the process $2 lives.
wait_for() {
    deadline=$(($(date +%s) + $1)) pid=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || return 1
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

start_registry() {
    mkdir -p "$work/registry"
    cat >"$work/registry.yml" <<YML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:0"}
YML
    sed -i 's/level: warn/level: info/' "$work/registry.yml" # the port that it chose is an info line
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 </dev/null &
    registry_pid=$!
    wait_for 20 "$registry_pid" grep -q 'listening on 127.0.0.1' "$work/registry.log" || return 1
    registry=$(grep -o 'listening on 127.0.0.1:[0-9]*' "$work/registry.log" | head -n 1 | sed 's/listening on //')
}

# Pushes the host's static busybox with its applets' names as $registry/busybox:latest.
push_busybox() {
    rootfs=$work/busybox
    mkdir -p "$rootfs/bin" "$rootfs/tmp" "$rootfs/etc"
    cp /bin/busybox "$rootfs/bin/busybox"
    for applet in $(/bin/busybox --list); do
        [ "$applet" = busybox ] || ln -s busybox "$rootfs/bin/$applet"
    done
    echo 'root:x:0:0:root:/root:/bin/sh' >"$rootfs/etc/passwd"
    echo 'root:x:0:' >"$rootfs/etc/group"
    chmod 1777 "$rootfs/tmp"
    push_image busybox
}

# Pushes the folder $work/$1 as $registry/$1:latest, an OCI image of one layer that runs sh.
push_image() {
    layout=$work/$1.layout
    mkdir -p "$layout/blobs/sha256"
    tar -C "$work/$1" --sort=name --numeric-owner --owner=0 --group=0 -cf "$work/layer.tar" .
    diff_id=$(digest_of "$work/layer.tar")
    gzip -nf "$work/layer.tar"
    case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
    cat >"$work/config.json" <<JSON
{"architecture":"$architecture","os":"linux","config":{"Cmd":["sh"],"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]}}
JSON
    layer=$(blob "$work/layer.tar.gz") config=$(blob "$work/config.json")
    cat >"$work/manifest.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",$config},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",$layer}]}
JSON
    manifest=$(blob "$work/manifest.json")
    echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
    cat >"$layout/index.json" <<JSON
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",$manifest,"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}
JSON
    skopeo --insecure-policy copy --dest-tls-verify=false "oci:$layout:latest" "docker://$registry/$1:latest" >>"$log" 2>&1
}

digest_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# Puts a file among the layout's blobs and prints its descriptor's digest and size.
blob() {
    digest=$(digest_of "$1")
    cp "$1" "$layout/blobs/sha256/$digest"
    printf '"digest":"sha256:%s","size":%s' "$digest" "$(wc -c <"$1")"
}

# crun before 1.9 refuses cgroup v1 beside a cgroup2 mount; there, and where it is missing, runc does the work.
choose_runtime() {
    runtime=crun
    if [ -e /sys/fs/cgroup/unified/cgroup.procs ] || ! has crun; then runtime=runc; fi
}

# The daemon's whole configuration: nothing of it lies outside $work but the bridge and the cgroup, both named by $tag.
write_configuration() {
    mkdir -p "$work/net.d"
    subnet=10.$((200 + $$ % 50)).$(($$ / 50 % 250)).0/24
    cat >"$work/net.d/10-$tag.conflist" <<JSON
{"cniVersion":"0.4.0","name":"$tag","plugins":[
  {"type":"bridge","bridge":"$tag","isGateway":true,"ipMasq":true,
   "ipam":{"type":"host-local","dataDir":"$work/leases","ranges":[[{"subnet":"$subnet"}]],"routes":[{"dst":"0.0.0.0/0"}]}}]}
JSON
    echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$work/policy.json"
    cat >"$work/crio.conf" <<TOML
[crio]
root = "$work/root"
runroot = "$work/run"
log_dir = "$work/logs"
version_file = "$work/version"
clean_shutdown_file = "$work/clean.shutdown"
[crio.api]
listen = "$work/carafe.sock"
[crio.runtime]
default_runtime = "$runtime"
cgroup_manager = "cgroupfs"
container_exits_dir = "$work/exits"
container_attach_socket_dir = "$work/attach"
namespaces_dir = "$work/namespaces"
[crio.runtime.runtimes.$runtime]
runtime_root = "$work/$runtime"
[crio.image]
signature_policy = "$work/policy.json"
[crio.nri]
nri_listen = "$work/nri.sock"
[crio.network]
network_dir = "$work/net.d/"
plugin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
TOML
}

# $1: the command that runs the daemon, further words are its options.
start_daemon() {
    "$@" --config "$work/crio.conf" --config-dir "$work/crio.conf.d" >>"$work/daemon.log" 2>&1 </dev/null &
    daemon_pid=$!
    wait_for 30 "$daemon_pid" test -S "$work/carafe.sock"
}

ctl() { "$carafe" ctl --runtime-endpoint "unix://$work/carafe.sock" "$@"; }

# A SIGTERM and a wait; a daemon that does not go within 20 seconds is killed, and that is a failure.
stop_daemon() {
    [ -n "${daemon_pid:-}" ] || return 0
    end_process "$daemon_pid" 20 || { echo "the daemon did not stop within 20 seconds" >&2; return 1; }
    daemon_pid=
}

end_process() {
    kill "$1" 2>/dev/null || { wait "$1" 2>/dev/null || true; return 0; }
    for _ in $(seq $(($2 * 10))); do
        kill -0 "$1" 2>/dev/null || { wait "$1" 2>/dev/null || true; return 0; }
        sleep 0.1
    done
    kill -9 "$1" 2>/dev/null
    wait "$1" 2>/dev/null || true
    return 1
}

# What is left of us on the host, one line each; nothing where all is clean.
leftovers() {
    grep -F " $work/" /proc/self/mountinfo | cut -d ' ' -f 5 | sed 's/^/mount /'
    ip -o link show "$tag" 2>/dev/null | sed 's/^/interface /'
    iptables-save 2>/dev/null | grep -F "\"$tag\"" | sed 's/^/iptables rule /'
    for process in /proc/[0-9]*; do
        cat "$process/cmdline" 2>/dev/null | tr '\0' ' ' | grep -F "$work/" | sed "s#^#process ${process#/proc/} #"
    done
    find /sys/fs/cgroup -maxdepth 3 -type d -name "*$tag*" 2>/dev/null | sed 's/^/cgroup /'
    find /var/lib/cni/results -name "$tag-*" 2>/dev/null | sed 's/^/file /'
}

# Takes back what is ours, also after a failure in the middle. Only processes whose command line names $work are ended.
clean_up() {
    if [ -n "${daemon_pid:-}" ] && [ -S "$work/carafe.sock" ]; then
        for pod in $(timeout 20 "$carafe" ctl -r "unix://$work/carafe.sock" pods -q --no-trunc 2>/dev/null); do
            timeout 60 "$carafe" ctl -r "unix://$work/carafe.sock" rmp -f "$pod" >>"$log" 2>&1 || true
        done
    fi
    stop_daemon >>"$log" 2>&1 || true
    [ -z "${registry_pid:-}" ] || end_process "$registry_pid" 5 || true
    leftovers | sed -n 's/^process \([0-9]*\) .*/\1/p' | while read -r pid; do
        kill -9 "$pid" 2>/dev/null || true
    done
    grep -F " $work/" /proc/self/mountinfo | cut -d ' ' -f 5 | sort -r | while read -r target; do
        umount -l "$target" 2>/dev/null || true
    done
    ip link del "$tag" 2>/dev/null || true
    rm -f "/var/lib/cni/results/$tag-"*
    find /sys/fs/cgroup -depth -type d -path "*$tag*" -exec rmdir {} + 2>/dev/null || true
}
