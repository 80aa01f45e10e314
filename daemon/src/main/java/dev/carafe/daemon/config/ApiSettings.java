package dev.carafe.daemon.config;

import java.nio.file.Path;

/// What \[crio.api] says to the server.
///
/// @param listen the unix socket, absolute
/// @param maxSendBytes the longest gRPC message that may be sent
/// @param maxReceiveBytes the longest gRPC message that is taken
public record ApiSettings(Path listen, int maxSendBytes, int maxReceiveBytes) {
    static ApiSettings of(Values values) {
        return new ApiSettings(
                Path.of(values.get(ApiKeys.LISTEN)).normalize(),
                size(values.get(ApiKeys.GRPC_MAX_SEND_MSG_SIZE)),
                size(values.get(ApiKeys.GRPC_MAX_RECV_MSG_SIZE)));
    }

    /// The key's range is that of an int.
    private static int size(long configured) {
        return (int) (configured <= 0 ? ApiKeys.MESSAGE_SIZE_BYTES : configured);
    }
}
