package dev.carafe.trust;

/// One signature does not meet a requirement; another one may.
final class UnacceptableSignature extends Exception {
    UnacceptableSignature(String why) {
        super(why);
    }

    UnacceptableSignature(String why, Throwable cause) {
        super(why, cause);
    }
}
