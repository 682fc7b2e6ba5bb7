package sluice.server.tier;

import sluice.server.ObjectHead;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an earlier process has left in a tier, as its journal tells it. */
final class Earlier implements Journal.Reader {
    private record Block(int sum, String boot, boolean synced) {
        /** Within a boot the kernel keeps what a process has written, later what was synced. */
        boolean isBelieved(String now) {
            return synced || boot.equals(now);
        }
    }

    /** A version of an object. */
    record Version(
            int id, String key, ObjectHead head, long checkedMillis, Map<Integer, Block> blocks) {
        /** Checksums of the blocks that may be there. */
        Map<Integer, Integer> sums(String boot) {
            return blocks.entrySet().stream()
                    .filter(block -> block.getValue().isBelieved(boot))
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, block -> block.getValue().sum()));
        }
    }

    private final Map<Integer, Version> versions = new LinkedHashMap<>();
    private String boot = "";
    private int last;

    int lastId() {
        return last;
    }

    /** The last version of each object. */
    List<Version> versions(String now) {
        Map<String, Version> byKey = new LinkedHashMap<>();
        versions.values().forEach(version -> byKey.put(version.key(), version));
        List<Version> all = new ArrayList<>(byKey.values());
        all.removeIf(version -> version.sums(now).isEmpty());
        return all;
    }

    @Override
    public void boot(String id) {
        boot = id;
    }

    @Override
    public void version(int id, String key, ObjectHead head, long checkedMillis) {
        last = Math.max(last, id);
        Version known = versions.get(id);
        Map<Integer, Block> blocks = known == null ? new LinkedHashMap<>() : known.blocks();
        versions.put(id, new Version(id, key, head, checkedMillis, blocks));
    }

    @Override
    public void block(int id, int block, int sum) {
        Version version = versions.get(id);
        if (version != null) {
            version.blocks().put(block, new Block(sum, boot, false));
        }
    }

    @Override
    public void gone(int id, int block) {
        Version version = versions.get(id);
        if (version != null) {
            version.blocks().remove(block);
        }
    }

    @Override
    public void synced(int id) {
        Version version = versions.get(id);
        if (version != null) {
            version.blocks().replaceAll((_, block) -> new Block(block.sum(), block.boot(), true));
        }
    }

    @Override
    public void removed(int id) {
        versions.remove(id);
    }
}
