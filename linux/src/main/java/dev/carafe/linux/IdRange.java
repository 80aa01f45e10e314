package dev.carafe.linux;

/// The ids of a user namespace, users and groups alike: the first `length`, which on the host are those from `hostId`
/// (user_namespaces(7)).
///
/// @param hostId the host's id of the namespace's 0
public record IdRange(long hostId, long length) {
    /// Ids are unsigned numbers of 32 bits, and the highest is none.
    private static final long NO_ID = 0xffff_ffffL;

    /// As on the host.
    static final IdRange ALL = new IdRange(0, NO_ID);

    public IdRange {
        if (hostId < 0 || length < 1 || hostId > NO_ID || length > NO_ID || hostId + length > NO_ID) {
            throw new IllegalArgumentException("no range of ids: " + length + " from " + hostId);
        }
    }

    /// @param id of 32 bits, to be read as unsigned, as is what it gives
    /// @throws IllegalArgumentException when it is none of the namespace's
    public int toHost(int id) {
        var inside = Integer.toUnsignedLong(id);
        if (inside >= length) {
            throw new IllegalArgumentException(
                    "id " + inside + " is not among the " + length + " of the user namespace");
        }
        return (int) (hostId + inside);
    }
}
