package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is installed: the package, unpacked into a folder, and the unit, held by systemd's own check.
@Tag("system")
class PackagingTest {
    private static final Path PROJECT =
            Path.of(System.getProperty("carafe.project", "..")).toAbsolutePath().normalize();

    /// The package's whole life in a fresh Debian: what it needs is there, and nothing of the build's host is.
    private static final String LIFE = """
            set -eux
            dpkg -i /carafe.deb
            dpkg -s carafe | grep 'Status: install ok installed'
            echo '# ours' >>/etc/default/carafe
            . /etc/default/carafe
            eval "exec $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/carafe.service)" & daemon=$!
            for i in $(seq 300); do
                [ ! -S /var/run/crio/crio.sock ] || break
                kill -0 "$daemon"
                sleep 0.1
            done
            carafe ctl -o yaml info
            kill "$daemon"
            wait "$daemon"
            dpkg -r carafe
            grep '# ours' /etc/default/carafe
            dpkg -P carafe
            [ ! -e /etc/default/carafe ] && [ ! -e /usr/lib/carafe ] && [ ! -e /usr/bin/carafe ]
            echo 'it has come and gone'
            """;

    @TempDir
    private static Path out;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        Programs.output(PROJECT.resolve("packaging/build").toString(), out.toString());
    }

    private static Path debian() throws IOException {
        try (var made = Files.newDirectoryStream(out, "*.deb")) {
            return made.iterator().next();
        }
    }

    @Test
    void aFreshDebianInstallsStartsAndForgetsIt() throws Exception {
        var root = Files.createTempDirectory("carafe-debian");
        try {
            Programs.output("debootstrap", "--variant=minbase", "--include=conmon,crun", ownRelease(), root.toString());
            Files.copy(debian(), root.resolve("carafe.deb"));
            Files.writeString(root.resolve("life"), LIFE);
            // Its network, processes and mounts are its own and end with it: the daemon takes itself for the node's.
            var inside =
                    "cd " + root + " && mount -t proc proc proc && mount --rbind /sys sys && mount --rbind /dev dev"
                            + " && ip link set lo up && exec chroot . sh /life";
            var own =
                    List.of("unshare", "--mount", "--propagation=private", "--net", "--pid", "--fork", "--kill-child");
            var life = Programs.run(
                    Stream.concat(own.stream(), Stream.of("sh", "-c", inside)).toList());
            assertEquals(0, life.code(), life.output());
            assertTrue(life.output().contains("RuntimeReady"), life.output());
            assertTrue(life.output().endsWith("it has come and gone\n"), life.output());
        } finally {
            Programs.output("rm", "-rf", "--one-file-system", root.toString());
        }
    }

    private static String ownRelease() throws IOException {
        var facts = new Properties();
        try (var text = Files.newBufferedReader(Path.of("/etc/os-release"))) {
            facts.load(text);
        }
        return facts.getProperty("VERSION_CODENAME");
    }

    @Test
    void thePackageBringsAllItNeedsAndRunsWithItsOwnRuntime() throws Exception {
        Programs.output(
                "dpkg-deb", "-x", debian().toString(), folder.resolve("root").toString());
        var root = folder.resolve("root");
        for (var file : List.of(
                "usr/share/man/man8/carafe.8.gz",
                "usr/share/bash-completion/completions/carafe",
                "usr/share/zsh/site-functions/_carafe",
                "usr/share/fish/vendor_completions.d/carafe.fish",
                "usr/share/doc/carafe/crio.conf",
                "etc/default/carafe")) {
            assertTrue(Files.size(root.resolve(file)) > 0, file);
        }
        var carafe = root.resolve("usr/bin/carafe").toString();
        var version = Programs.output("env", "-i", carafe, "version", "--verbose");
        assertTrue(version.startsWith("carafe version "), version);
        var crio = Files.createSymbolicLink(folder.resolve("crio"), Path.of(carafe));
        assertEquals(version, Programs.output("env", "-i", crio.toString(), "version", "-v"));
        assertEquals(
                2, Programs.run(List.of("env", "-i", carafe, "--no-such-flag")).code());
        assertCacheFits(carafe, root.resolve("usr/lib/carafe/lib"));
        assertTheArchiveIsTheSame(version);
        assertUnitIsRight(root.resolve("usr/lib/systemd/system/carafe.service"), carafe);
        assertDaemonRuns(carafe);
    }

    /// The JVM refuses to start where it is told to use a cache that does not fit, as after a change of a jar.
    private static void assertCacheFits(String carafe, Path jars) throws IOException, InterruptedException {
        var must = List.of("env", "-i", "CARAFE_JAVA_OPTIONS=-XX:AOTMode=on", carafe, "version");
        assertEquals(0, Programs.run(must).code(), "the AOT cache is of no use where it was unpacked");
        Path jar;
        try (var all = Files.newDirectoryStream(jars, "perfmark-api-*.jar")) {
            jar = all.iterator().next();
        }
        var time = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        assertEquals(1, Programs.run(must).code(), "a cache of other jars was used");
        Files.setLastModifiedTime(jar, time);
    }

    private void assertTheArchiveIsTheSame(String version) throws IOException, InterruptedException {
        var unpacked = Files.createDirectory(folder.resolve("unpacked"));
        var archive = "tar -C " + unpacked + " -xzf " + out + "/*.tar.gz --strip-components=1";
        Programs.output("sh", "-c", archive);
        var carafe = unpacked.resolve("usr/bin/carafe").toString();
        assertEquals(version, Programs.output("env", "-i", carafe, "version", "--verbose"));
    }

    private void assertUnitIsRight(Path unit, String program) throws IOException, InterruptedException {
        var here = folder.resolve("carafe.service");
        Files.writeString(here, Files.readString(unit).replace("/usr/bin/carafe", program));
        var checked = Programs.run(List.of("systemd-analyze", "verify", "--man=no", here.toString()));
        assertEquals(new Programs.Result(0, ""), checked);
    }

    /// With what only its runtime's modules give: the class histogram, YAML, metrics, spans.
    private void assertDaemonRuns(String carafe) throws IOException, InterruptedException {
        try (var host = TestHost.create("runc");
                var collector = Collector.start(0)) {
            host.configure("crio.stats", collector.table(1_000_000));
            host.configure(
                    "crio.stats",
                    "[crio.metrics]\nenable_metrics = true\nmetrics_port = 0\nmetrics_socket = \""
                            + host.work().resolve("metrics") + "\"");
            var daemon = new ProcessBuilder(
                            "env",
                            "-i",
                            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                            carafe,
                            "--config",
                            host.configuration().toString(),
                            "--config-dir",
                            "",
                            "--registries-conf",
                            host.registries().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(host.daemonLog().toFile())
                    .start();
            try {
                Await.present(
                        "the socket",
                        daemon::isAlive,
                        () -> Files.exists(host.socket()) ? java.util.Optional.of(true) : java.util.Optional.empty());
                var endpoint = "unix://" + host.socket();
                var info = Programs.output("env", "-i", carafe, "ctl", "-r", endpoint, "-o", "yaml", "info");
                assertTrue(info.contains("RuntimeReady"), info);
                var heap = folder.resolve("heap");
                Programs.output(carafe, "status", "--socket", host.socket().toString(), "heap", "-f", heap.toString());
                assertTrue(Files.readString(heap).contains("java.lang.String"));
                var metrics = Programs.output(
                        "curl",
                        "-sf",
                        "--unix-socket",
                        host.work().resolve("metrics").toString(),
                        "http://x/metrics");
                assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
            } finally {
                daemon.destroy();
                assertEquals(0, daemon.waitFor(), () -> "its log: " + host.daemonLog());
            }
            // What was left to send, it sent before it ended.
            var status = collector.await("runtime.v1.RuntimeService/Status");
            assertEquals("0", Collector.attribute(status, "rpc.grpc.status_code"));
            var log = TestDaemon.logOf(host);
            assertFalse(log.contains("takes no spans"), log);
        }
    }
}
