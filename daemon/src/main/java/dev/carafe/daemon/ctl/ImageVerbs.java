package dev.carafe.daemon.ctl;

import dev.carafe.cri.v1.AuthConfig;
import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusRequest;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The verbs of images.
final class ImageVerbs {
    private final Ctl ctl;

    ImageVerbs(Ctl ctl) {
        this.ctl = ctl;
    }

    @Command(name = "pull", description = "Pulls an image.")
    int pull(
            @Parameters(paramLabel = "IMAGE") String image,
            @Option(names = "--creds", paramLabel = "USER[:PASSWORD]", defaultValue = "") String credentials,
            @Option(names = "--auth", paramLabel = "BASE64", defaultValue = "") String auth)
            throws IOException {
        var request = PullImageRequest.newBuilder().setImage(spec(image)).setAuth(auth(credentials, auth));
        try (var connection = ctl.connect();
                var _ = PullProgressLine.show(connection, image, ctl.err())) {
            var reference = connection.imagesWithoutDeadline().pullImage(request.build()).getImageRef();
            ctl.out().println("Image is up to date for " + reference);
        }
        return 0;
    }

    private static AuthConfig auth(String credentials, String auth) {
        var colon = credentials.indexOf(':');
        return AuthConfig.newBuilder()
                .setAuth(auth)
                .setUsername(colon < 0 ? credentials : credentials.substring(0, colon))
                .setPassword(colon < 0 ? "" : credentials.substring(colon + 1))
                .build();
    }

    @Command(name = "images", aliases = "image", description = "Lists images.")
    int images(
            @Parameters(paramLabel = "IMAGE", arity = "0..1", defaultValue = "") String image,
            @Option(names = {"-q", "--quiet"}, description = "Only ids.") boolean quiet,
            @Option(names = "--no-trunc", description = "Whole ids.") boolean whole)
            throws IOException {
        try (var connection = ctl.connect()) {
            var response = connection.images().listImages(ListImagesRequest.newBuilder()
                    .setFilter(ImageFilter.newBuilder().setImage(spec(image)))
                    .build());
            var format = ctl.format(Format.TABLE);
            if (quiet) {
                response.getImagesList().forEach(i -> ctl.out().println(i.getId()));
            } else if (format == Format.TABLE) {
                ctl.out().println(table(response.getImagesList(), whole));
            } else {
                ctl.out().println(format.of(response));
            }
        }
        return 0;
    }

    private static Table table(List<Image> images, boolean whole) {
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

    @Command(name = "inspecti", description = "Shows all that is known of an image.")
    int inspect(@Parameters(paramLabel = "IMAGE") String image) throws IOException {
        try (var connection = ctl.connect()) {
            var status = connection.images().imageStatus(ImageStatusRequest.newBuilder()
                    .setImage(spec(image))
                    .setVerbose(true)
                    .build());
            if (!status.hasImage()) {
                throw new IOException("no such image: " + image);
            }
            ctl.out().println(Inspection.of(status.getImage(), status.getInfoMap(), ctl.format(Format.JSON)));
        }
        return 0;
    }

    @Command(name = "rmi", description = "Removes images.")
    int remove(
            @Parameters(paramLabel = "IMAGE", arity = "0..*") List<String> images,
            @Option(names = {"-a", "--all"}, description = "All of them.") boolean all)
            throws IOException {
        try (var connection = ctl.connect()) {
            var names = all
                    ? connection.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList().stream()
                            .map(Image::getId)
                            .toList()
                    : Arguments.some(images, "an image");
            for (var name : names) {
                connection.images().removeImage(RemoveImageRequest.newBuilder().setImage(spec(name)).build());
                ctl.out().println("Deleted: " + name);
            }
        }
        return 0;
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }
}
