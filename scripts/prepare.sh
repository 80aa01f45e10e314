# Sourced by quickstart and verify. prepare installs what the host lacks and finds the JDK; build compiles once.
# Needs: $root (the project's folder), $log (a file for what the tools print).

. "$root/scripts/jdk.sh"

# command or file → the Debian package that has it
needed="crun:crun runc:runc conmon:conmon /usr/lib/cni/bridge:containernetworking-plugins iptables:iptables nft:nftables
        conntrack:conntrack ip:iproute2 docker-registry:docker-registry skopeo:skopeo /bin/busybox:busybox-static curl:curl flock:util-linux
        faketime:faketime gpg:gpg gpg-agent:gpg-agent openssl:openssl tmux:tmux socat:socat prometheus:prometheus zsh:zsh fish:fish
        kubectl:kubernetes-client containerd-shim-runc-v2:containerd debootstrap:debootstrap setfattr:attr mkfs.ext4:e2fsprogs zstd:zstd pgrep:procps
        systemd-analyze:systemd"

has() {
    case $1 in
        /*) [ -x "$1" ] ;;
        *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# Not needed, but faster: Carafe unpacks gzip layers with ISA-L where the host has it.
wanted="libisal2"

# Prints the packages that are missing.
missing_packages() {
    for entry in $needed; do
        has "${entry%%:*}" || echo "${entry##*:}"
    done
}

# apt-get without starting services: the registry's package would start one that outlives us.
install_packages() {
    command -v apt-get >/dev/null || { echo "this host lacks: $*; it has no apt-get, so please install them" >&2; return 1; }
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
        ours=yes
    fi
    status=0
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >>"$log" 2>&1 </dev/null || status=$?
    [ "${ours:-}" != yes ] || rm -f "$policy"
    return "$status"
}

prepare() {
    [ "$(id -u)" = 0 ] || { echo "containers need root: run this as root" >&2; return 1; }
    packages=$(missing_packages | tr '\n' ' ')
    if [ -n "$packages" ]; then
        echo "  installing $packages"
        # shellcheck disable=SC2086
        install_packages $packages || return 1
    fi
    if ! ldconfig -p 2>/dev/null | grep -q 'libisal\.so\.2' && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        install_packages $wanted || echo "  going on without $wanted"
    fi
    if ! find_jdk; then
        echo "  installing openjdk-25-jdk-headless"
        install_packages openjdk-25-jdk-headless || true
        find_jdk || {
            echo "no JDK 25: set JAVA_HOME to one, or install it (Debian 13: openjdk-25-jdk-headless; others: adoptium.net)" >&2
            return 1
        }
    fi
}

# Builds unless what is built is newer than every source. One build at a time in a checkout.
build() {
    (
        flock 9
        built=$root/daemon/target/carafe/built
        if [ -e "$built" ] && [ -z "$(find "$root" -name target -prune -o \( -name '*.java' -o -name '*.proto' -o -name pom.xml \
                -o -path '*/src/main/resources/*' \) -newer "$built" -print | head -n 1)" ]; then
            exit 0
        fi
        cd "$root" && MAVEN_OPTS="-XX:TieredStopAtLevel=1" ./mvnw -B -ntp -q -T 2 -Dmaven.test.skip=true -Dspotless.check.skip -pl daemon -am package >>"$log" 2>&1 </dev/null \
            && touch "$built"
    ) 9>"$root/.build.lock"
}
