package dev.carafe.trust;

/// One thing that a policy asks of an image.
sealed interface Requirement {
    /// As policies have it.
    String type();

    record AcceptAnything() implements Requirement {
        @Override
        public String type() {
            return "insecureAcceptAnything";
        }
    }

    record Reject() implements Requirement {
        @Override
        public String type() {
            return "reject";
        }
    }

    /// A simple-signing signature by one of the OpenPGP keys.
    record SignedBy(KeyMaterial keys, SignedIdentity identity) implements Requirement {
        @Override
        public String type() {
            return "signedBy";
        }
    }

    /// A sigstore signature whose key the root vouches for.
    record SigstoreSigned(SigstoreRoot root, SignedIdentity identity) implements Requirement {
        @Override
        public String type() {
            return "sigstoreSigned";
        }
    }
}
