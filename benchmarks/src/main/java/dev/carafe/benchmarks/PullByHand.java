package dev.carafe.benchmarks;

import dev.carafe.system.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/// The floor of a pull, by hand: each layer fetched, digested, decompressed, digested and unpacked by the usual tools
/// in one pipe, as many layers side by side as there are cores, then a sync of the file system.
final class PullByHand {
    /// `times` of bash, second line: what ended children took, user and system.
    private static final Pattern TIMES = Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*$");

    private PullByHand() {}

    static Cost measure(BenchmarkImage image, String registry, String repository, Path folder)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var urls = image.blobs().stream()
                .map(digest -> "http://" + registry + "/v2/" + repository + "/blobs/" + digest)
                .toList();
        var script = """
            set -e
            layer() {
                mkdir "$1/$2"
                curl -sf "$3" | tee >(sha256sum >"$1/$2.digest") | %s | tee >(sha256sum >"$1/$2.diffid") |
                    tar -x --numeric-owner --same-owner -p -C "$1/$2"
            }
            export -f layer
            printf '%%s\\n' %s | xargs -P "$(nproc)" -I {} bash -c 'set -e -o pipefail; layer %s "${1##*/}" "$1"' _ {}
            sync -f %3$s
            times
            """.formatted(image.compression().decompress(), String.join(" ", urls), folder);
        var start = Instant.now();
        var output = Programs.output("bash", "-c", script);
        var wall = Duration.between(start, Instant.now());
        var times = TIMES.matcher(output);
        if (!times.find()) {
            throw new IOException("no times in: " + output);
        }
        return new Cost(wall, duration(times.group(1), times.group(2)).plus(duration(times.group(3), times.group(4))));
    }

    private static Duration duration(String minutes, String seconds) {
        return Duration.ofMinutes(Long.parseLong(minutes)).plusMillis((long) (Double.parseDouble(seconds) * 1000));
    }
}
