package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.List;

/** Networks, and who is in them. */
final class AddressSetTest {
    private static boolean contains(AddressSet set, String address) {
        return set.contains(InetAddress.ofLiteral(address));
    }

    @Test
    void aNetworkHasTheAddressesWithItsFirstBits() {
        AddressSet set = AddressSet.of(List.of("10.1.128.0/17", "192.0.2.7", "2001:db8::/33"));
        assertThat(contains(set, "10.1.128.0")).isTrue();
        assertThat(contains(set, "10.1.255.255")).isTrue();
        assertThat(contains(set, "10.1.127.255")).isFalse();
        assertThat(contains(set, "192.0.2.7")).isTrue();
        assertThat(contains(set, "192.0.2.6")).isFalse();
        assertThat(contains(set, "2001:db8:7fff::1")).isTrue();
        assertThat(contains(set, "2001:db8:8000::1")).isFalse();
    }

    @Test
    void aPrefixOfNoBitsIsAllOfOneFamily() {
        AddressSet set = AddressSet.of(List.of("0.0.0.0/0"));
        assertThat(contains(set, "203.0.113.9")).isTrue();
        assertThat(contains(set, "::1")).isFalse();
    }

    /** A socket of both families tells the address of IPv4 as one of IPv6. */
    @Test
    void anAddressOfIpv4WrittenAsOneOfIpv6IsThatOfIpv4() {
        AddressSet set = AddressSet.of(List.of("::ffff:192.0.2.7"));
        assertThat(contains(set, "192.0.2.7")).isTrue();
        assertThat(contains(AddressSet.of(List.of("192.0.2.0/24")), "::ffff:192.0.2.7"))
                .isTrue();
    }

    @Test
    void peersWithoutAnAddressAreInTheSetThatSaysUnix() {
        assertThat(AddressSet.of(List.of("unix")).contains((java.net.InetSocketAddress) null))
                .isTrue();
        assertThat(AddressSet.of(List.of("::1")).contains((java.net.InetSocketAddress) null))
                .isFalse();
        assertThat(AddressSet.NONE.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "1.2.3.4.5",
                "01.2.3.4", "1.2.3.256", "1.2.3.4.", "fd00::/129", "fe80::1%eth0", "::1/x",
                        "1.2.3.4/8/8",
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> AddressSet.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
