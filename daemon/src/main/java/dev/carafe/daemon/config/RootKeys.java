package dev.carafe.daemon.config;

import java.util.List;

/// The table \[crio].
final class RootKeys {
    private static final Declarations KEYS = new Declarations("crio");

    static final Key<String> ROOT = KEYS.textOrDefault("root", "/var/lib/containers/storage", Form.PATH)
            .alias("r")
            .built("Folder for what survives a reboot: layers, images, the containers' own files, and our records. One"
                    + " daemon at a time.");
    static final Key<String> RUNROOT = KEYS.textOrDefault("runroot", "/run/containers/storage", Form.PATH)
            .built("Folder for what ends with a reboot: mounted roots, bundles, the pods' files.");
    static final Key<String> IMAGESTORE = KEYS.text("imagestore", "", Form.PATH_OR_EMPTY)
            .built("Folder for images and their layers in place of root, where the containers' own files stay; empty"
                    + " means root. One daemon at a time. Images that root has from before stay usable, and are"
                    + " pinned.");
    static final Key<String> STORAGE_DRIVER = KEYS.textOrDefault("storage_driver", "overlay", Form.ANY)
            .alias("s")
            .noEffect("layers are always kept for overlayfs", "How CRI-O keeps layers.");
    static final Key<List<String>> STORAGE_OPTION = KEYS.joinedList("storage_option", Form.ANY)
            .flag("storage-opt")
            .built("Options of CRI-O's storage driver, of which overlay.imagestore=PATH (or"
                    + " additionalimagestores=PATH) is taken: a store of images that others have filled, by"
                    + " containers-storage or by us, and that is only read. Those of all files are joined; with none,"
                    + " additionalimagestores of containers-storage.conf(5) counts.");
    static final Key<String> LOG_DIR = KEYS.text("log_dir", "/var/log/crio/pods", Form.PATH)
            .built("Folder for logs of pods that name no log folder of their own.");
    static final Key<String> VERSION_FILE = KEYS.text("version_file", "/var/run/crio/version", Form.PATH_OR_EMPTY)
            .built("File on a tmpfs, written by a start; when it is missing the node has been rebooted. Pods of before"
                    + " are then not ready until they are removed, by the kubelet or by carafe wipe.");
    static final Key<String> VERSION_FILE_PERSIST = KEYS.text("version_file_persist", "", Form.PATH_OR_EMPTY)
            .built("File on a disk, written by a start; when it names another minor version, images are to be removed."
                    + " Empty, which is best: they never are.");
    static final Key<String> CLEAN_SHUTDOWN_FILE = KEYS.text(
                    "clean_shutdown_file", "/var/lib/crio/clean.shutdown", Form.PATH_OR_EMPTY)
            .built("File that an orderly stop writes and a start removes.");
    static final Key<Boolean> INTERNAL_WIPE = KEYS.bool("internal_wipe", true)
            .deprecated("the wipe will always be done")
            .built("Remove images at the start if version_file_persist says so; otherwise only carafe wipe does.");
    static final Key<Boolean> INTERNAL_REPAIR = KEYS.bool("internal_repair", true)
            .built("Check the store at the start after a reboot that no orderly stop came before, and remove the layers"
                    + " that are damaged.");

    static final Table TABLE = KEYS.table("Where things are kept.");

    private RootKeys() {}
}
