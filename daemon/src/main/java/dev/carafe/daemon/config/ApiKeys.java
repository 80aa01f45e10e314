package dev.carafe.daemon.config;

import java.util.List;

/// The table \[crio.api].
final class ApiKeys {
    /// 80 MiB.
    static final long MESSAGE_SIZE_BYTES = 80L << 20;

    private static final Declarations KEYS = new Declarations("crio.api");

    static final Key<String> LISTEN = KEYS.text("listen", "/var/run/crio/crio.sock", Form.PATH)
            .built("The unix socket that the kubelet talks to. Its folder is made where it is missing.");
    static final Key<String> STREAM_ADDRESS = KEYS.text("stream_address", "127.0.0.1", Form.HOST)
            .built("Address on which exec, attach and port-forward are served.");
    static final Key<String> STREAM_PORT = KEYS.text("stream_port", "0", Form.PORT)
            .built("Port on which exec, attach and port-forward are served; 0 means any that is free.");
    static final Key<Boolean> STREAM_ENABLE_TLS = KEYS.bool("stream_enable_tls", false)
            .environment("CONTAINER_ENABLE_TLS")
            .built("Encrypt exec, attach and port-forward with TLS.");
    static final Key<String> STREAM_TLS_CERT = KEYS.text("stream_tls_cert", "", Form.PATH_OR_EMPTY)
            .environment("CONTAINER_TLS_CERT")
            .built("File of the certificate for exec, attach and port-forward.");
    static final Key<String> STREAM_TLS_KEY = KEYS.text("stream_tls_key", "", Form.PATH_OR_EMPTY)
            .environment("CONTAINER_TLS_KEY")
            .built("File of the private key of stream_tls_cert.");
    static final Key<String> STREAM_TLS_CA = KEYS.text("stream_tls_ca", "", Form.PATH_OR_EMPTY)
            .environment("CONTAINER_TLS_CA")
            .built("File of the authorities that must have certified clients of exec, attach and port-forward; empty"
                    + " means clients need no certificate.");
    static final Key<String> STREAM_IDLE_TIMEOUT = KEYS.text("stream_idle_timeout", "", Form.DURATION_OR_EMPTY)
            .environment("STREAM_IDLE_TIMEOUT")
            .built("How long a stream of exec, attach or port-forward may be idle; empty means for ever.");
    static final Key<String> TLS_MIN_VERSION = KEYS.text(
                    "tls_min_version", "VersionTLS12", OneOf.of("VersionTLS12", "VersionTLS13"))
            .built("The oldest TLS version that streams and metrics are served with.");
    static final Key<List<String>> TLS_CIPHER_SUITES = KEYS.list("tls_cipher_suites", Form.ANY)
            .built("The cipher suites of TLS 1.2; an empty list means the default ones.");
    static final Key<Long> GRPC_MAX_SEND_MSG_SIZE = KEYS.integer(
                    "grpc_max_send_msg_size", MESSAGE_SIZE_BYTES, Integer.MIN_VALUE, Integer.MAX_VALUE)
            .built("The longest gRPC message that is sent, in bytes; 0 and less mean the default.");
    static final Key<Long> GRPC_MAX_RECV_MSG_SIZE = KEYS.integer(
                    "grpc_max_recv_msg_size", MESSAGE_SIZE_BYTES, Integer.MIN_VALUE, Integer.MAX_VALUE)
            .built("The longest gRPC message that is received, in bytes; 0 and less mean the default.");

    static final Key<Long> STATUS_PORT = KEYS.integer("status_port", 0, 0, 65535)
            .noFlag()
            .built(
                    "Port of 127.0.0.1 on which `/info`, `/config`, `/containers/ID` and `/debug/` are served as well as on"
                            + " the socket, to whoever connects; 0 means none. Carafe's own key.");

    static final Table TABLE = KEYS.table("What is served, and where.");

    private ApiKeys() {}
}
