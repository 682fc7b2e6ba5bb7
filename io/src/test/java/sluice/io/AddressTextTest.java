package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses as people write them (RFC 5952 section 4). */
final class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "::, ::",
        "::1, ::1",
        "2001:DB8::, 2001:db8::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8"
    })
    void theFirstLongestRunOfZerosIsLeftOut(String given, String text) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(given);
        assertThat(AddressText.of(address)).isEqualTo(text);
        assertThat(AddressText.inUri(address))
                .isEqualTo(text.contains(":") ? "[" + text + "]" : text);
    }

    @Test
    void onlyALinkLocalAddressHasAZone() throws UnknownHostException {
        byte[] global = InetAddress.getByName("fd00::2").getAddress();
        assertThat(AddressText.of(Inet6Address.getByAddress(null, global, 3))).isEqualTo("fd00::2");
        byte[] octets = InetAddress.getByName("fe80::1").getAddress();
        assertThat(AddressText.of(Inet6Address.getByAddress(null, octets, 3)))
                .isEqualTo("fe80::1%3");
    }

    @ParameterizedTest
    @CsvSource({"::1, [::1]:80", "127.0.0.1, 127.0.0.1:80", "localhost, localhost:80"})
    void aPortIsBehindTheBrackets(String host, String text) {
        assertThat(AddressText.of(new InetSocketAddress(host, 80))).isEqualTo(text);
        String unknown = "no.such.host.invalid";
        assertThat(AddressText.of(InetSocketAddress.createUnresolved(unknown, 80)))
                .isEqualTo(unknown + ":80");
    }
}
