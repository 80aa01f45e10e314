package dev.carafe.daemon.config;

/// The table \[crio.checkpoint_restore].
final class CheckpointKeys {
    private static final Declarations KEYS = new Declarations("crio.checkpoint_restore");

    static final Key<String> CONTAINER_LEVEL_ENABLED = KEYS.text(
                    "container_level_enabled",
                    "checkpoint_restore",
                    OneOf.of("none", "checkpoint_only", "checkpoint_restore"))
            .flag("checkpoint-restore-container-level-enabled")
            .notYet("Which of checkpoint and restore of containers are served.");

    static final Table TABLE = KEYS.table("Checkpoints.");

    private CheckpointKeys() {}
}
