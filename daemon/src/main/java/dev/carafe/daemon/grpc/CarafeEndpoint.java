package dev.carafe.daemon.grpc;

import dev.carafe.api.v1.CarafeGrpc;
import dev.carafe.api.v1.LoadImagesRequest;
import dev.carafe.api.v1.LoadImagesResponse;
import dev.carafe.api.v1.LoadedImage;
import dev.carafe.api.v1.Pull;
import dev.carafe.api.v1.SaveForm;
import dev.carafe.api.v1.SaveImagesRequest;
import dev.carafe.api.v1.SaveImagesResponse;
import dev.carafe.api.v1.SavedImage;
import dev.carafe.api.v1.WatchPullsRequest;
import dev.carafe.api.v1.WatchPullsResponse;
import dev.carafe.daemon.logging.Field;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.image.Images;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.engine.image.PullProgress;
import dev.carafe.engine.image.SaveImages.Form;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What our own clients ask beyond the CRI. Safe for all threads.
final class CarafeEndpoint extends CarafeGrpc.CarafeImplBase {
    private static final System.Logger LOG = System.getLogger(CarafeEndpoint.class.getName());

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Calls calls;
    private final Images images;
    private final CountDownLatch stopping = new CountDownLatch(1);

    CarafeEndpoint(Calls calls, Images images) {
        this.calls = calls;
        this.images = images;
    }

    /// Ends the watches, which would go on for ever.
    void stop() {
        stopping.countDown();
    }

    @Override
    public void watchPulls(WatchPullsRequest request, StreamObserver<WatchPullsResponse> caller) {
        calls.stream(Operation.of("WatchPulls"), caller, answers -> {
            try {
                watch(request.getImage(), answers);
            } catch (InterruptedException hungUp) {
                // As every watch ends.
            }
        });
    }

    private void watch(String image, Answers<WatchPullsResponse> answers) throws InterruptedException {
        do {
            // A caller that doesn't read misses some; it must not grow our memory.
            if (answers.isReady()) {
                answers.send(pulls(image));
            }
        } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private WatchPullsResponse pulls(String image) {
        var response = WatchPullsResponse.newBuilder();
        images.progress().stream()
                .filter(p -> image.isEmpty() || p.image().equals(image))
                .map(CarafeEndpoint::pull)
                .forEach(response::addPulls);
        return response.build();
    }

    private static Pull pull(PullProgress progress) {
        return Pull.newBuilder()
                .setImage(progress.image())
                .setTotalBytes(progress.totalBytes())
                .setFetchedBytes(progress.fetchedBytes())
                .setTotalLayers(progress.totalLayers())
                .setFinishedLayers(progress.finishedLayers())
                .build();
    }

    @Override
    public void loadImages(LoadImagesRequest request, StreamObserver<LoadImagesResponse> caller) {
        calls.answer(Operation.of("LoadImages", new Field("path", request.getPath())), caller, () -> load(request));
    }

    private LoadImagesResponse load(LoadImagesRequest request) throws IOException, InterruptedException {
        var response = LoadImagesResponse.newBuilder();
        for (var image : images.load(path(request.getPath()), request.getName())) {
            LOG.log(Level.INFO, "image {0} is here as {1}", image.names(), image.id());
            response.addImages(loaded(image));
        }
        return response.build();
    }

    @Override
    public void saveImages(SaveImagesRequest request, StreamObserver<SaveImagesResponse> caller) {
        calls.answer(Operation.of("SaveImages", new Field("path", request.getPath())), caller, () -> save(request));
    }

    private SaveImagesResponse save(SaveImagesRequest request) throws IOException, InterruptedException {
        var response = SaveImagesResponse.newBuilder();
        for (var image : images.save(request.getImagesList(), path(request.getPath()), form(request.getForm()))) {
            LOG.log(Level.INFO, "image {0} with the names {1} is saved", image.id(), image.names());
            response.addImages(SavedImage.newBuilder().setId(image.id()).addAllNames(image.names()));
        }
        return response.build();
    }

    private static Form form(SaveForm form) {
        return switch (form) {
            case ARCHIVE -> Form.ARCHIVE;
            case OCI -> Form.OCI;
            case DIRECTORY -> Form.DIRECTORY;
            case UNRECOGNIZED -> throw new Invalid("SaveImagesRequest.form is not known here");
        };
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Invalid("the request's path: " + e.getMessage());
        }
    }

    private static LoadedImage loaded(Loaded image) {
        return LoadedImage.newBuilder()
                .setId(image.id())
                .addAllNames(image.names())
                .build();
    }
}
