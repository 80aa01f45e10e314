package dev.carafe.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;

/// A simple-signing signature: an OpenPGP message (RFC 9580, section 10.3) of a claim and one signature of it.
///
/// @param content what is signed; not to be believed before the signature is verified
@SuppressWarnings("ArrayRecordComponent") // never compared
record SimpleSignature(byte[] content, PGPSignature signature) {
    /// Of a packed message too.
    private static final int MAX_CONTENT_BYTES = 64 * 1024;

    /// Exactly the form that gpg writes: one one-pass signature, the content, its signature, nothing else;
    /// perhaps all of it packed.
    static SimpleSignature parse(byte[] message) throws UnacceptableSignature {
        if (message.length == 0 || message[0] >= 0) {
            throw new UnacceptableSignature("it is not an OpenPGP message");
        }
        try {
            return read(new ByteArrayInputStream(message), true);
        } catch (IOException | PGPException | RuntimeException e) {
            // The library answers some malformed packets with runtime exceptions.
            throw new UnacceptableSignature("it is not a well-formed OpenPGP message: " + e.getMessage(), e);
        }
    }

    private static SimpleSignature read(InputStream message, boolean mayBePacked)
            throws IOException, PGPException, UnacceptableSignature {
        var packets = new BcPGPObjectFactory(message);
        var first = packets.nextObject();
        if (first instanceof PGPCompressedData packed && mayBePacked) {
            var unpacked = read(packed.getDataStream(), false);
            expectEnd(packets);
            return unpacked;
        }
        if (!(first instanceof PGPOnePassSignatureList announced) || announced.size() != 1) {
            throw new UnacceptableSignature("it is not a message with one signature");
        }
        if (!(packets.nextObject() instanceof PGPLiteralData literal)) {
            throw new UnacceptableSignature("it is a message without content");
        }
        var content = literal.getDataStream().readNBytes(MAX_CONTENT_BYTES + 1);
        if (content.length > MAX_CONTENT_BYTES) {
            throw new UnacceptableSignature("its content is larger than " + MAX_CONTENT_BYTES + " bytes");
        }
        if (!(packets.nextObject() instanceof PGPSignatureList signatures) || signatures.size() != 1) {
            throw new UnacceptableSignature("it is not a message with one signature");
        }
        expectEnd(packets);
        return new SimpleSignature(content, signatures.get(0));
    }

    private static void expectEnd(BcPGPObjectFactory packets) throws IOException, UnacceptableSignature {
        if (packets.nextObject() != null) {
            throw new UnacceptableSignature("something follows the signature");
        }
    }
}
