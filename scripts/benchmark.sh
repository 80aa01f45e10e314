# Sourced by the programs of benchmarks/, with root set to the project's folder. benchmark CLASS ARGUMENT... runs one.

. "$root/scripts/jdk.sh"

benchmark() {
    find_jdk || { echo "no JDK 25 found; set JAVA_HOME to one" >&2; exit 1; }
    # Netty's allocator as the launcher sets it: docs/decisions/0005-jvm-flags.md
    exec "$JAVA_HOME/bin/java" -Xmx256m -Dio.netty.allocator.type=unpooled --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        "-Dcarafe.project=$root" -cp "$root/benchmarks/target/*:$root/benchmarks/target/lib/*" \
        "dev.carafe.benchmarks.$@"
}
