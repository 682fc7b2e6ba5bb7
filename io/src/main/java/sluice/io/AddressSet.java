package sluice.io;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Addresses of machines that are trusted, as networks.
 *
 * @param networks addresses that are in it
 * @param unix whether peers of unix sockets are in it, which have no address
 */
public record AddressSet(List<Network> networks, boolean unix) {
    /** Nobody. */
    public static final AddressSet NONE = new AddressSet(List.of(), false);

    /** The word for the peers of unix sockets. */
    public static final String UNIX = "unix";

    private static final Pattern FOUR = Pattern.compile("((0|[1-9][0-9]{0,2})(\\.(?!$)|$)){4}");
    private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    /** All addresses whose first {@code prefix} bits are those of an address. */
    public record Network(InetAddress address, int prefix) {
        /**
         * @throws IllegalArgumentException if an address has fewer bits
         */
        public Network {
            Bounds.require("prefix", prefix, 0, address.getAddress().length * Byte.SIZE);
        }

        boolean contains(byte[] other) {
            byte[] mine = address.getAddress();
            if (mine.length != other.length) {
                return false;
            }
            for (int i = 0; i < mine.length; i++) {
                int bits = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
                int mask = 0xFF << Byte.SIZE - bits & 0xFF;
                if ((mine[i] & mask) != (other[i] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    public AddressSet {
        networks = List.copyOf(networks);
    }

    /**
     * The set of what is written as {@code 192.0.2.7}, {@code 10.0.0.0/8}, {@code fd00::/8} or
     * {@code unix}.
     *
     * @throws IllegalArgumentException if one is none of these, with the text
     */
    public static AddressSet of(List<String> texts) {
        List<Network> networks = new ArrayList<>();
        boolean unix = false;
        for (String text : texts) {
            if (text.equals(UNIX)) {
                unix = true;
            } else {
                networks.add(network(text));
            }
        }
        return new AddressSet(networks, unix);
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        if (address == null || slash >= 0 && !bits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + text
                    + "' is no address; write e.g. 192.0.2.7, 10.0.0.0/8, fd00::/8 or unix");
        }
        int all = address.getAddress().length * Byte.SIZE;
        return new Network(address, bits.isEmpty() ? all : Integer.parseInt(bits));
    }

    /** The address that a text is: four numbers, or one of IPv6 without a zone; or null. */
    public static @Nullable InetAddress literal(String text) {
        boolean four = FOUR.matcher(text).matches();
        if (!four && !SIX.matcher(text).matches()) {
            return null;
        }
        try {
            // One of IPv6 that stands for one of IPv4 becomes that.
            return four ? InetAddress.ofLiteral(text) : Inet6Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether nobody is in it. */
    public boolean isEmpty() {
        return networks.isEmpty() && !unix;
    }

    /** Whether a peer is in it; null is one of a unix socket. */
    public boolean contains(@Nullable InetSocketAddress peer) {
        return peer == null ? unix : contains(peer.getAddress());
    }

    /** Whether an address is in it. */
    public boolean contains(InetAddress address) {
        byte[] octets = address.getAddress();
        for (Network network : networks) {
            if (network.contains(octets)) {
                return true;
            }
        }
        return false;
    }
}
