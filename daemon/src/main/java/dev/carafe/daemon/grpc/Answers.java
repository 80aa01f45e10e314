package dev.carafe.daemon.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

/// The way back to one caller.
final class Answers<R extends MessageLite> {
    private final ServerCallStreamObserver<R> caller;
    private final int maxBytes;

    Answers(ServerCallStreamObserver<R> caller, int maxBytes) {
        this.caller = caller;
        this.maxBytes = maxBytes;
    }

    void send(R answer) {
        if (answer.getSerializedSize() > maxBytes) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("the answer has " + answer.getSerializedSize()
                            + " bytes, more than grpc_max_send_msg_size allows (" + maxBytes + ")")
                    .asRuntimeException();
        }
        caller.onNext(answer);
    }

    /// The caller takes more at once; otherwise what is sent waits in memory.
    boolean isReady() {
        return caller.isReady();
    }
}
