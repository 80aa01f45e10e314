package dev.carafe.benchmarks;

import dev.carafe.system.Programs;
import dev.carafe.system.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// An image in the registry, made of the host's own files or of many small ones.
///
/// @param blobs the digests of its layers as they are sent
/// @param bytes of its layers' tars together
record BenchmarkImage(String reference, Compression compression, List<String> blobs, long bytes) {
    enum Compression {
        GZIP("gzip -6"),
        ZSTD("zstd -3");

        private final String command;

        Compression(String command) {
            this.command = command;
        }

        String decompress() {
            return command.split(" ")[0] + " -dc";
        }

        String mediaType() {
            return "application/vnd.oci.image.layer.v1.tar+" + command.split(" ")[0];
        }
    }

    private static final int FILES_IN_A_FOLDER = 100;
    private static final int WORDS = 4000;

    /// The host's libraries, programs and documents, up to so many bytes, folder by folder, in layers of about one
    /// size.
    static BenchmarkImage ofHostFiles(Registry to, String name, Compression compression, long bytes, int layers)
            throws IOException, InterruptedException {
        var work = Files.createTempDirectory(to.work(), name);
        shell(work, """
                find /usr/lib /usr/share /usr/bin -xdev -type f -size -16M -printf '%%s %%p\\n' | LC_ALL=C sort -k 2 |
                awk -v most=%d -v layers=%d '{ sum += $1; if (sum > most) exit; sub(/^[0-9]+ /, "");
                    print > ("list" int(sum * layers / (most + 1))) }'
                for list in list*; do tar -cf $list.tar --ignore-failed-read --no-recursion -T $list 2>tar.log; done
                """.formatted(bytes, layers));
        return push(to, name, compression, work);
    }

    /// Small files of text, one in five of another owner.
    static BenchmarkImage ofSmallFiles(Registry to, String name, int files) throws IOException, InterruptedException {
        var work = Files.createTempDirectory(to.work(), name);
        var random = new SplittableRandom(files);
        var words = new ArrayList<String>();
        for (var i = 0; i < WORDS; i++) {
            words.add(Long.toString(random.nextLong(1L << random.nextInt(8, 45)), Character.MAX_RADIX));
        }
        for (var i = 0; i < files; i++) {
            var folder = work.resolve("files/d" + i / FILES_IN_A_FOLDER);
            if (i % FILES_IN_A_FOLDER == 0) {
                Files.createDirectories(folder);
            }
            var text = new StringBuilder();
            for (var length = random.nextInt(100, 6000); text.length() < length; ) {
                text.append(words.get(random.nextInt(WORDS))).append(' ');
            }
            Files.writeString(folder.resolve("file" + i), text);
        }
        shell(work, """
                find files -name '*[05]' -type f -print0 | xargs -0 chown 1000:1000
                tar -cf list0.tar files
                """);
        return push(to, name, Compression.GZIP, work);
    }

    /// Where images go.
    record Registry(TestRegistry registry, Path work) {}

    private static BenchmarkImage push(Registry to, String name, Compression compression, Path work)
            throws IOException, InterruptedException {
        var bytes = 0L;
        var diffIds = new ArrayList<String>();
        var layers = new ArrayList<String>();
        var blobs = new ArrayList<String>();
        shell(work, "mkdir -p layout/blobs/sha256");
        try (var tars = Files.newDirectoryStream(work, "*.tar")) {
            for (var tar : tars) {
                bytes += Files.size(tar);
                diffIds.add("\"" + digest(tar) + "\"");
                shell(work, "%s -c %s > blob && rm %2$s".formatted(compression.command, tar));
                var blob = addBlob(work);
                blobs.add(digestOf(blob));
                layers.add(descriptor(compression.mediaType(), blob));
            }
        }
        var config = """
                {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(String.join(",", diffIds));
        Files.writeString(work.resolve("blob"), config);
        var manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}""".formatted(
                descriptor("application/vnd.oci.image.config.v1+json", addBlob(work)), String.join(",", layers));
        Files.writeString(work.resolve("blob"), manifest);
        var entry = descriptor("application/vnd.oci.image.manifest.v1+json", addBlob(work));
        Files.writeString(work.resolve("layout/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(work.resolve("layout/index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}");
        var reference = to.registry().address() + "/" + name + ":latest";
        shell(work, "skopeo --insecure-policy copy --dest-tls-verify=false oci:layout docker://" + reference);
        shell(work, "rm -rf layout files list*");
        return new BenchmarkImage(reference, compression, blobs, bytes);
    }

    /// `digest size` of what was the file `blob`.
    private static String addBlob(Path work) throws IOException, InterruptedException {
        var blob = work.resolve("blob");
        var digest = digest(blob);
        var size = Files.size(blob);
        Files.move(blob, work.resolve("layout/blobs/sha256").resolve(digest.substring("sha256:".length())));
        return digest + " " + size;
    }

    private static String digestOf(String blob) {
        return blob.substring(0, blob.indexOf(' '));
    }

    private static String descriptor(String mediaType, String blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%s}"
                .formatted(mediaType, digestOf(blob), blob.substring(blob.indexOf(' ') + 1));
    }

    private static String digest(Path file) throws IOException, InterruptedException {
        return "sha256:" + Programs.output("sha256sum", file.toString()).substring(0, 64);
    }

    private static void shell(Path folder, String script) throws IOException, InterruptedException {
        Programs.output("bash", "-ec", "cd " + folder + "\n" + script);
    }
}
