package sluice.server.site;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.http.Authority;
import sluice.http.Request;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The sites of a server at one moment, by host name; a request that names none of them gets the
 * first. The look-up compares octets and ignores case and port (RFC 9110 sections 4.2.3 and 7.2).
 * Immutable.
 */
public final class SiteTable {
    /** A name or number of RFC 3986 section 3.2.2, without a port. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=-]+|\\[[0-9A-Fa-f:.]+]");

    /** The place of the site for all other names. */
    static final int FIRST = 0;

    private final Map<String, Site> named;
    private final AllowedHosts hosts;
    /** Whether the server is about to end. */
    private final boolean ending;
    /** The site for all other names, then the named sites. */
    private final Site[] sites;
    /** The names in lower case, by the index of their site. */
    private final byte[][] names;
    /** Hash table of site indexes with linear probing; 0 is an empty slot. */
    private final int[] slots;

    /**
     * @param named sites by names that {@link #key} has made
     * @param hosts that a request for the first site may name
     */
    SiteTable(Site first, Map<String, Site> named, AllowedHosts hosts) {
        this(first, named, hosts, false);
    }

    private SiteTable(Site first, Map<String, Site> named, AllowedHosts hosts, boolean ending) {
        this.named = named;
        this.hosts = hosts;
        this.ending = ending;
        sites = new Site[named.size() + 1];
        names = new byte[sites.length][];
        // At least half of the slots are empty, so that probes are short.
        slots = new int[Integer.highestOneBit(sites.length) * 4];
        sites[FIRST] = first;
        names[FIRST] = new byte[0];
        int place = FIRST + 1;
        for (Map.Entry<String, Site> entry : named.entrySet()) {
            sites[place] = entry.getValue();
            names[place] = entry.getKey().getBytes(StandardCharsets.US_ASCII);
            MemorySegment name = MemorySegment.ofArray(names[place]);
            int slot = hash(name, 0, names[place].length);
            while (slots[slot & (slots.length - 1)] != 0) {
                slot++;
            }
            slots[slot & (slots.length - 1)] = place++;
        }
    }

    /**
     * A site's name in the form that the look-up compares.
     *
     * @throws IllegalArgumentException if the name cannot be the host of a request
     */
    public static String key(String name) {
        if (!isHost(name)) {
            throw new IllegalArgumentException(
                    "a site's name must be a host without a port: '" + name + "'");
        }
        boolean absolute = name.length() > 1 && name.endsWith(".");
        return name.substring(0, name.length() - (absolute ? 1 : 0)).toLowerCase(Locale.ROOT);
    }

    /** Whether a name can be the host of a request, without a port. */
    static boolean isHost(String name) {
        return HOST.matcher(name).matches();
    }

    /** A table with another site for a name; null stands for all other names. */
    SiteTable with(@Nullable String name, Site site) {
        if (name == null) {
            return new SiteTable(site, named, hosts);
        }
        Map<String, Site> changed = new LinkedHashMap<>(named);
        changed.put(name, site);
        return new SiteTable(sites[FIRST], changed, hosts);
    }

    /** The same sites of a server that is about to end. */
    SiteTable ending() {
        return new SiteTable(sites[FIRST], named, hosts, true);
    }

    boolean isEnding() {
        return ending;
    }

    /** The hosts that a request for the site at a place may name. */
    AllowedHosts hostsAt(int place) {
        // Whoever gave a name to a site allowed that name.
        return place == FIRST ? hosts : AllowedHosts.ANY;
    }

    List<Site> all() {
        return List.of(sites);
    }

    /** The site of exactly this name; null stands for all other names. */
    @Nullable
    Site exactly(@Nullable String name) {
        return name == null ? sites[FIRST] : named.get(name);
    }

    int size() {
        return sites.length;
    }

    public Site at(int place) {
        return sites[place];
    }

    /** Whether the server has only one site. */
    boolean isOne() {
        return sites.length == 1;
    }

    /** The index of the site whose host a request names. */
    int find(Request request) {
        MemorySegment bytes = request.bytes();
        int from = request.hostFrom();
        int to = request.hostTo();
        if (from < 0) {
            return FIRST;
        }
        int end = Authority.endOfName(bytes, from, to);
        int slot = hash(bytes, from, end);
        int place = slots[slot & (slots.length - 1)];
        while (place != 0 && !equals(names[place], bytes, from, end)) {
            place = slots[++slot & (slots.length - 1)];
        }
        return place;
    }

    private static int hash(MemorySegment bytes, int from, int to) {
        int hash = 0;
        for (int at = from; at < to; at++) {
            hash = 31 * hash + small(bytes.get(JAVA_BYTE, at));
        }
        return hash ^ hash >>> 16;
    }

    /** Whether [from, to) is a name, which is in lower case. */
    static boolean equals(byte[] name, MemorySegment bytes, int from, int to) {
        if (name.length != to - from) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (name[i] != small(bytes.get(JAVA_BYTE, from + i))) {
                return false;
            }
        }
        return true;
    }

    private static byte small(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }
}
