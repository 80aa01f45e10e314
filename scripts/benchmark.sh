# Sourced by the programs of benchmarks/, with root set to the project's folder. benchmark CLASS ARGUMENT... runs one.

. "$root/scripts/jdk.sh"

benchmark() {
    find_jdk || { echo "no JDK 25 found; set JAVA_HOME to one" >&2; exit 1; }
    # Netty's allocator as the launcher sets it: docs/decisions/0005-jvm-flags.md
    # The caller's own collections of garbage are few and short, since they would count as the daemon's time.
    exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms256m -Xmx256m -Xmn160m -Dio.netty.allocator.type=unpooled --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        "-Dcarafe.project=$root" -cp "$root/benchmarks/target/*:$root/benchmarks/target/lib/*" \
        "dev.carafe.benchmarks.$@"
}
