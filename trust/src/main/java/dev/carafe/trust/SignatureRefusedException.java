package dev.carafe.trust;

import java.io.IOException;

/// The policy does not allow an image. The message names the policy's file, the scope that decided, the
/// requirement that is not met, and why not.
public final class SignatureRefusedException extends IOException {
    SignatureRefusedException(String message) {
        super(message);
    }
}
