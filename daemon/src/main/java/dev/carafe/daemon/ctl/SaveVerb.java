package dev.carafe.daemon.ctl;

import dev.carafe.api.v1.SaveForm;
import dev.carafe.api.v1.SaveImagesRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes images into a file or folder on the daemon's host.
@Command(
        name = "save",
        description = {
            "Writes images into a new file or folder on the daemon's host. Their ids stay the same; digests of",
            "manifests do not, since layers are written without compression."
        })
final class SaveVerb implements Verb {
    @Parameters(paramLabel = "IMAGE", arity = "0..*")
    private List<String> images = List.of();

    @Option(names = "--to", paramLabel = "PATH", required = true, description = "Nothing may be there.")
    private Path path = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "archive (default): a tar that is an OCI layout and an archive of docker save at once;"
                    + " oci: a folder with an OCI layout; dir: a folder as skopeo's dir:, of one image.")
    private String format = "archive";

    @Override
    public int run(Output to, Connection connection) throws IOException {
        var response = connection
                .carafe()
                .saveImages(SaveImagesRequest.newBuilder()
                        .addAllImages(Verb.named(images, "an image"))
                        .setPath(path.toAbsolutePath().toString())
                        .setForm(form())
                        .build());
        for (var image : response.getImagesList()) {
            var names = image.getNamesCount() == 0 ? "without a name" : String.join(", ", image.getNamesList());
            to.out().println("Saved: " + image.getId() + " " + Words.harmless(names));
        }
        return 0;
    }

    private SaveForm form() throws IOException {
        return switch (format) {
            case "archive" -> SaveForm.ARCHIVE;
            case "oci" -> SaveForm.OCI;
            case "dir" -> SaveForm.DIRECTORY;
            default -> throw new IOException("--format is archive, oci or dir, not " + format);
        };
    }
}
