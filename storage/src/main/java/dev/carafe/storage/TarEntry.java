package dev.carafe.storage;

/// One member of a tar archive, its extended headers applied.
///
/// @param name as the archive has it, bytes that are no UTF-8 escaped as in [dev.carafe.linux.FileNames]
/// @param attributes with those extended attributes that a layer may have
/// @param contentBytes what follows in the archive; 0 for all but regular files
/// @param sparse [SparseMap#NONE] for all but sparse files
/// @param major of a device, as is `minor`; 0 for others
record TarEntry(
        Type type,
        String name,
        String linkName,
        Attributes attributes,
        long contentBytes,
        SparseMap sparse,
        int major,
        int minor) {
    enum Type {
        REGULAR,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    boolean isSparse() {
        return sparse != SparseMap.NONE;
    }
}
