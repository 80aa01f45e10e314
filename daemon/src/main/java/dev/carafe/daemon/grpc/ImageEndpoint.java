package dev.carafe.daemon.grpc;

import dev.carafe.cri.v1.ImageFsInfoRequest;
import dev.carafe.cri.v1.ImageFsInfoResponse;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ImageStatusRequest;
import dev.carafe.cri.v1.ImageStatusResponse;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListImagesResponse;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.PullImageResponse;
import dev.carafe.cri.v1.RemoveImageRequest;
import dev.carafe.cri.v1.RemoveImageResponse;
import dev.carafe.cri.v1.StreamImagesRequest;
import dev.carafe.cri.v1.StreamImagesResponse;
import dev.carafe.daemon.logging.Operation;
import dev.carafe.engine.image.Images;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;

/// ImageService. Safe for all threads.
final class ImageEndpoint extends ImageServiceGrpc.ImageServiceImplBase {
    private static final System.Logger LOG = System.getLogger(ImageEndpoint.class.getName());

    private final Calls calls;
    private final Images images;

    ImageEndpoint(Calls calls, Images images) {
        this.calls = calls;
        this.images = images;
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> caller) {
        calls.answer(Operation.of("PullImage", Subject.image(request.getImage())), caller, () -> {
            var id = images.pull(
                    request.getImage(),
                    request.getAuth(),
                    request.getSandboxConfig().getMetadata().getNamespace());
            LOG.log(Level.INFO, "image {0} is here as {1}", request.getImage().getImage(), id);
            return PullImageResponse.newBuilder().setImageRef(id).build();
        });
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> caller) {
        calls.answer(
                Operation.of("ListImages"),
                caller,
                () -> ListImagesResponse.newBuilder()
                        .addAllImages(images.list(request.getFilter()))
                        .build());
    }

    @Override
    public void streamImages(StreamImagesRequest request, StreamObserver<StreamImagesResponse> caller) {
        calls.stream(Operation.of("StreamImages"), caller, answers -> {
            for (var batch : Batches.of(images.list(request.getFilter()))) {
                answers.send(
                        StreamImagesResponse.newBuilder().addAllImages(batch).build());
            }
        });
    }

    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> caller) {
        calls.answer(
                Operation.of("ImageStatus", Subject.image(request.getImage())),
                caller,
                () -> images.status(request.getImage(), request.getVerbose()));
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> caller) {
        calls.answer(Operation.of("RemoveImage", Subject.image(request.getImage())), caller, () -> {
            images.remove(request.getImage());
            LOG.log(Level.INFO, "image {0} is removed", request.getImage().getImage());
            return RemoveImageResponse.getDefaultInstance();
        });
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> caller) {
        calls.answer(Operation.of("ImageFsInfo"), caller, images::fsInfo);
    }
}
