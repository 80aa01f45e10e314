package dev.carafe.trust;

import dev.carafe.oci.Digest;
import dev.carafe.trust.Requirement.AcceptAnything;
import dev.carafe.trust.Requirement.Reject;
import dev.carafe.trust.Requirement.SignedBy;
import dev.carafe.trust.Requirement.SigstoreSigned;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What one policy requires of one image. Immutable.
public final class Rule {
    /// So many reasons a message tells; an image may have a hundred signatures.
    private static final int MOST_REASONS = 3;

    private final Path file;
    private final ImageIdentity image;
    private final Policy.Decision decision;
    private final Instant now;

    Rule(Path file, ImageIdentity image, Policy.Decision decision, Instant now) {
        this.file = file;
        this.image = image;
        this.decision = decision;
        this.now = now;
    }

    /// To be asked before anything is fetched.
    public void refuseRejected() throws SignatureRefusedException {
        for (var number = 1; number <= decision.requirements().size(); number++) {
            if (decision.requirements().get(number - 1) instanceof Reject) {
                throw refused(number, "the policy allows no such image");
            }
        }
    }

    public boolean needsSignatures() {
        return needsSimpleSignatures() || needsSigstoreSignatures();
    }

    public boolean needsSimpleSignatures() {
        return decision.requirements().stream().anyMatch(Requirement.SignedBy.class::isInstance);
    }

    public boolean needsSigstoreSignatures() {
        return decision.requirements().stream().anyMatch(SigstoreSigned.class::isInstance);
    }

    /// All requirements have to be met, each by at least one signature where it asks for one. To be asked
    /// before any layer is stored.
    ///
    /// @param manifests of the image, by their digests: the one that runs here, and the index that names it if
    ///     it was found through one. A signature of the index is one of all that it names.
    public void check(Set<Digest> manifests, Signatures signatures) throws SignatureRefusedException, PolicyException {
        for (var number = 1; number <= decision.requirements().size(); number++) {
            switch (decision.requirements().get(number - 1)) {
                case AcceptAnything _ -> {}
                case Reject _ -> throw refused(number, "the policy allows no such image");
                case SignedBy signedBy -> check(number, signedBy, manifests, signatures);
                case SigstoreSigned sigstore -> check(number, sigstore, manifests, signatures);
            }
        }
    }

    private void check(int number, SignedBy required, Set<Digest> manifests, Signatures signatures)
            throws SignatureRefusedException, PolicyException {
        var keys = OpenPgpKeys.read(required.keys());
        accept(number, signatures.simple(), signatures.withoutSimple(), message -> {
            var signature = SimpleSignature.parse(message);
            keys.verify(signature.signature(), signature.content(), now);
            SignedClaim.parse(signature.content(), SignedClaim.SIMPLE).check(manifests, image, required.identity());
        });
    }

    private void check(int number, SigstoreSigned required, Set<Digest> manifests, Signatures signatures)
            throws SignatureRefusedException, PolicyException {
        var verify = new VerifySigstore(required.root());
        accept(
                number,
                signatures.sigstore(),
                signatures.withoutSigstore(),
                signature -> verify.verify(signature, now).check(manifests, image, required.identity()));
    }

    private interface Check<T> {
        void of(T signature) throws UnacceptableSignature;
    }

    private <T> void accept(int number, List<T> signatures, String without, Check<T> check)
            throws SignatureRefusedException {
        var reasons = new ArrayList<String>();
        for (var signature : signatures) {
            try {
                check.of(signature);
                return;
            } catch (UnacceptableSignature e) {
                reasons.add("signature " + (reasons.size() + 1) + ": " + e.getMessage());
            }
        }
        throw refused(number, reasons.isEmpty() ? without : shown(reasons));
    }

    /// For an image whose signatures nobody has looked at.
    public SignatureRefusedException refusedWithoutEvidence() {
        return refused(
                firstForSignatures(),
                "the image was pulled under a policy that asks for no signatures, so none are kept with it; pull it"
                        + " again from this namespace (imagePullPolicy: Always)");
    }

    /// For an image of a folder or an archive.
    public SignatureRefusedException refusedUnsigned() {
        return refused(
                firstForSignatures(),
                "signatures are read from registries alone, and this image comes from a folder or an archive; a policy"
                        + " may accept what stands in one place (transports." + image.transport() + ")");
    }

    private int firstForSignatures() {
        var number = 1;
        while (decision.requirements().get(number - 1) instanceof AcceptAnything) {
            number++;
        }
        return number;
    }

    private static String shown(List<String> reasons) {
        var shown = String.join("; ", reasons.subList(0, Math.min(reasons.size(), MOST_REASONS)));
        return reasons.size() > MOST_REASONS
                ? shown + "; and " + (reasons.size() - MOST_REASONS) + " signatures more"
                : shown;
    }

    private SignatureRefusedException refused(int number, String why) {
        var requirement = decision.requirements().get(number - 1);
        return new SignatureRefusedException("refused by policy " + file + ", " + decision.scope() + ", requirement "
                + number + " (" + requirement.type() + "): " + why);
    }
}
