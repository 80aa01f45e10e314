package dev.carafe.system;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder with all below it, in which others may be deleting meanwhile: `Files.walk` fails then.
final class Tree extends SimpleFileVisitor<Path> {
    private final List<Path> found = new ArrayList<>();

    private Tree() {}

    /// Links are not followed.
    static List<Path> list(Path folder) throws IOException {
        var tree = new Tree();
        Files.walkFileTree(folder, tree);
        return tree.found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        found.add(folder);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        found.add(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
        return unlessGone(file, why);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) throws IOException {
        return why == null ? FileVisitResult.CONTINUE : unlessGone(folder, why);
    }

    private static FileVisitResult unlessGone(Path file, IOException why) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw why;
        }
        return FileVisitResult.CONTINUE;
    }
}
