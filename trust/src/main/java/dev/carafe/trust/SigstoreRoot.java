package dev.carafe.trust;

/// What makes a key one that may sign.
sealed interface SigstoreRoot {
    /// The keys themselves.
    ///
    /// @param rekor keys of logs that must know the signature; none are asked for when empty
    record Keys(KeyMaterial keys, KeyMaterial rekor) implements SigstoreRoot {}

    /// A certificate of Fulcio's, valid when the log saw the signature.
    record Fulcio(KeyMaterial authorities, String oidcIssuer, String subjectEmail, KeyMaterial rekor)
            implements SigstoreRoot {
        public Fulcio {
            if (oidcIssuer.isEmpty() || subjectEmail.isEmpty()) {
                throw new IllegalArgumentException("oidcIssuer and subjectEmail can't be empty");
            }
            if (rekor.isEmpty()) {
                throw new IllegalArgumentException("with fulcio a Rekor public key is needed");
            }
        }
    }

    /// A certificate of another authority's, valid now.
    ///
    /// @param subjectEmail empty for any
    /// @param subjectHostname empty for any
    record Pki(KeyMaterial roots, KeyMaterial intermediates, String subjectEmail, String subjectHostname)
            implements SigstoreRoot {
        public Pki {
            if (subjectEmail.isEmpty() && subjectHostname.isEmpty()) {
                throw new IllegalArgumentException("subjectEmail or subjectHostname is needed");
            }
        }
    }
}
