package dev.carafe.daemon.ctl;

import dev.carafe.api.v1.LoadImagesRequest;
import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusRequest;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of images.
final class ImageVerbs {
    private ImageVerbs() {}

    static List<Verb> all() {
        return List.of(new Pull(), new Load(), new SaveVerb(), new ListImages(), new Inspect(), new Remove());
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    @Command(name = "pull", description = "Pulls an image.")
    private static final class Pull implements Verb {
        @Parameters(paramLabel = "IMAGE")
        private String image = "";

        @Option(names = "--creds", paramLabel = "USER[:PASSWORD]")
        private String credentials = "";

        @Option(names = "--auth", paramLabel = "BASE64")
        private String auth = "";

        @Override
        public int run(Output to, Connection connection) {
            var request = PullImageRequest.newBuilder()
                    .setImage(spec(image))
                    .setAuth(auth())
                    .build();
            to.out().println("Image is up to date for " + pull(connection, request, to.err()));
            return 0;
        }

        private String pull(Connection connection, PullImageRequest request, PrintStream err) {
            try (var _ = PullProgressLine.show(connection, image, err)) {
                return connection.imagesWithoutDeadline().pullImage(request).getImageRef();
            }
        }

        private AuthConfig auth() {
            var colon = credentials.indexOf(':');
            return AuthConfig.newBuilder()
                    .setAuth(auth)
                    .setUsername(colon < 0 ? credentials : credentials.substring(0, colon))
                    .setPassword(colon < 0 ? "" : credentials.substring(colon + 1))
                    .build();
        }
    }

    @Command(
            name = "load",
            description = {
                "Puts the images of a folder or an archive on the daemon's host into its store.",
                "An OCI layout (folder or tar), an archive of docker save, or a folder of skopeo's dir:."
            })
    private static final class Load implements Verb {
        @Parameters(paramLabel = "PATH")
        private Path path = Path.of("");

        @Option(
                names = {"-n", "--name"},
                paramLabel = "IMAGE",
                description = "With its registry, for an image that is alone there. Default: the names it has")
        private String name = "";

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var response = connection
                    .carafe()
                    .loadImages(LoadImagesRequest.newBuilder()
                            .setPath(path.toAbsolutePath().toString())
                            .setName(name)
                            .build());
            for (var image : response.getImagesList()) {
                var names = image.getNamesCount() == 0
                        ? "an image without a name"
                        : String.join(", ", image.getNamesList());
                to.out().println("Loaded: " + Words.harmless(names) + " as " + image.getId());
            }
            return 0;
        }
    }

    @Command(name = "images", aliases = "image", description = "Lists images.")
    private static final class ListImages implements Verb {
        @Parameters(paramLabel = "IMAGE", arity = "0..1")
        private String image = "";

        @Option(
                names = {"-q", "--quiet"},
                description = "Only ids.")
        private boolean quiet;

        @Option(names = "--no-trunc", description = "Whole ids.")
        private boolean whole;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var response = connection
                    .images()
                    .listImages(ListImagesRequest.newBuilder()
                            .setFilter(ImageFilter.newBuilder().setImage(spec(image)))
                            .build());
            var format = to.format(Format.TABLE);
            if (quiet) {
                response.getImagesList().forEach(i -> to.out().println(i.getId()));
            } else if (format == Format.TABLE) {
                to.out().println(table(response.getImagesList()));
            } else {
                to.out().println(format.of(response));
            }
            return 0;
        }

        private Table table(List<Image> images) {
            var table = new Table("IMAGE", "TAG", "IMAGE ID", "SIZE");
            for (var image : images) {
                var id = Words.shortId(image.getId(), whole);
                var size = Words.size(image.getSize());
                for (var name : image.getRepoTagsList()) {
                    var colon = name.lastIndexOf(':');
                    table.add(name.substring(0, colon), name.substring(colon + 1), id, size);
                }
                if (image.getRepoTagsCount() == 0) {
                    var name = image.getRepoDigestsCount() == 0 ? "<none>@" : image.getRepoDigests(0);
                    table.add(name.substring(0, name.indexOf('@')), "<none>", id, size);
                }
            }
            return table;
        }
    }

    @Command(name = "inspecti", description = "Shows all that is known of an image.")
    private static final class Inspect implements Verb {
        @Parameters(paramLabel = "IMAGE")
        private String image = "";

        @Override
        public int run(Output to, Connection connection) throws IOException {
            var status = connection
                    .images()
                    .imageStatus(ImageStatusRequest.newBuilder()
                            .setImage(spec(image))
                            .setVerbose(true)
                            .build());
            if (!status.hasImage()) {
                throw new IOException("no such image: " + image);
            }
            to.out().println(Inspection.of(status.getImage(), status.getInfoMap(), to.format(Format.JSON)));
            return 0;
        }
    }

    @Command(name = "rmi", description = "Removes images.")
    private static final class Remove implements Verb {
        @Parameters(paramLabel = "IMAGE", arity = "0..*")
        private List<String> images = List.of();

        @Option(
                names = {"-a", "--all"},
                description = "All of them.")
        private boolean all;

        @Override
        public int run(Output to, Connection connection) throws IOException {
            for (var name : all ? ids(connection) : Verb.named(images, "an image")) {
                connection
                        .images()
                        .removeImage(RemoveImageRequest.newBuilder()
                                .setImage(spec(name))
                                .build());
                to.out().println("Deleted: " + name);
            }
            return 0;
        }

        private static List<String> ids(Connection connection) {
            return connection.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList().stream()
                    .map(Image::getId)
                    .toList();
        }
    }
}
