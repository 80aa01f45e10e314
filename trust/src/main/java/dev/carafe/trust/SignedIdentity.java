package dev.carafe.trust;

import java.util.Optional;

/// Which names a signature may give to an image (containers-policy.json(5), signedIdentity).
sealed interface SignedIdentity {
    /// @param image empty for one that has no name: of a folder or an archive
    boolean accepts(Optional<SignedName> image, SignedName signed);

    record MatchExact() implements SignedIdentity {
        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return !signed.isBare() && image.filter(signed::equals).isPresent();
        }
    }

    record MatchRepoDigestOrExact() implements SignedIdentity {
        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return image.filter(name -> matches(name, signed)).isPresent();
        }

        /// The digest itself is compared with the signature's manifest digest, for every signature.
        private static boolean matches(SignedName image, SignedName signed) {
            return !signed.isBare()
                    && (image.digest().isEmpty()
                            ? image.equals(signed)
                            : image.name().equals(signed.name()));
        }
    }

    record MatchRepository() implements SignedIdentity {
        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return image.filter(name -> name.name().equals(signed.name())).isPresent();
        }
    }

    record ExactReference(SignedName reference) implements SignedIdentity {
        public ExactReference {
            if (reference.isBare()) {
                throw new IllegalArgumentException("a tag or a digest is missing");
            }
        }

        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return signed.equals(reference);
        }
    }

    record ExactRepository(String repository) implements SignedIdentity {
        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return signed.name().equals(repository);
        }
    }

    /// @param prefix of images' names, up to a slash or the end
    /// @param signedPrefix what stands in its place in signatures
    record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {
        @Override
        public boolean accepts(Optional<SignedName> image, SignedName signed) {
            return new MatchRepoDigestOrExact().accepts(image.map(this::remapped), signed);
        }

        private SignedName remapped(SignedName image) {
            var matches = (image.name() + "/").startsWith(prefix + "/");
            return matches
                    ? new SignedName(
                            signedPrefix + image.name().substring(prefix.length()), image.tag(), image.digest())
                    : image;
        }
    }
}
