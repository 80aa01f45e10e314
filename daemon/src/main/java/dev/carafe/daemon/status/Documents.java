package dev.carafe.daemon.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.carafe.engine.container.Inspected;
import java.util.Map;

/// The pages in JSON, with the names that cAdvisor and crio's clients know.
final class Documents {
    /// All of them, as user_namespaces(7) counts.
    private static final long ALL_IDS = 4_294_967_295L;

    private Documents() {}

    static String info(StatusPages.Node node) {
        var info = new JsonObject();
        info.addProperty("storage_driver", "overlay");
        info.addProperty("storage_root", node.storageRoot());
        info.addProperty("cgroup_driver", node.cgroupDriver());
        var mappings = new JsonObject();
        mappings.add("uids", identity());
        mappings.add("gids", identity());
        info.add("default_id_mappings", mappings);
        return info.toString();
    }

    /// Pods without a user namespace of their own have the node's ids.
    private static JsonElement identity() {
        var mapping = new JsonObject();
        mapping.addProperty("container_id", 0);
        mapping.addProperty("host_id", 0);
        mapping.addProperty("size", ALL_IDS);
        var list = new JsonArray();
        list.add(mapping);
        return list;
    }

    static String container(Inspected container) {
        var document = new JsonObject();
        document.addProperty("name", container.name());
        document.addProperty("pid", container.pid());
        document.addProperty("image", container.image().asked());
        document.addProperty("image_ref", container.image().reference());
        document.addProperty("created_time", nanos(container));
        document.add("labels", object(container.marks().labels()));
        document.add("annotations", object(container.marks().annotations()));
        document.add("crio_annotations", new JsonObject());
        var place = container.place();
        document.addProperty("log_path", place.logPath());
        document.addProperty("root", place.root());
        document.addProperty("sandbox", place.pod());
        var addresses = new JsonArray();
        place.addresses().forEach(addresses::add);
        document.add("ip_addresses", addresses);
        return document.toString();
    }

    private static long nanos(Inspected container) {
        var at = container.createdAt();
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    private static JsonObject object(Map<String, String> pairs) {
        var object = new JsonObject();
        pairs.forEach(object::addProperty);
        return object;
    }
}
