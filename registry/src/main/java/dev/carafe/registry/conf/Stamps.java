package dev.carafe.registry.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which files there are, and in which state.
///
/// @param files the attributes that tell a file from what it was before, and from another in its place
public record Stamps(Map<Path, Map<String, Object>> files) {
    public Stamps {
        files = Map.copyOf(files);
    }

    public static Stamps of(List<Path> paths) {
        var stamps = new HashMap<Path, Map<String, Object>>();
        for (var path : paths) {
            try {
                stamps.put(path, Map.copyOf(Files.readAttributes(path, "unix:ino,ctime,size")));
            } catch (IOException missing) {
                stamps.put(path, Map.of());
            }
        }
        return new Stamps(stamps);
    }
}
