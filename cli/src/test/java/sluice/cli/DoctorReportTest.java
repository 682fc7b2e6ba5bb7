package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** How the doctor tells what it found. */
final class DoctorReportTest {
    private static final Finding GOOD = Finding.ok("Kernel", "epoll", "");
    private static final Finding FACT = Finding.info("Limits", "memory", "96 MiB");
    private static final Finding LESS = Finding.note("Limits", "descriptors", "64", "raise it");
    private static final Finding BAD = Finding.fail("Disk", "\"odd\\\n", "no", "é\uD800");

    @Test
    void aServerCannotRunWhereAFindingFails() {
        assertThat(new DoctorReport(List.of(GOOD, FACT, LESS)).isHealthy()).isTrue();
        assertThat(new DoctorReport(List.of(GOOD, BAD)).isHealthy()).isFalse();
    }

    @Test
    void peopleReadAParagraphForEachSection() {
        assertThat(new DoctorReport(List.of(GOOD, FACT, LESS)).text()).isEqualTo("""
            Kernel:
              ok    epoll

            Limits:
                    memory                  96 MiB
              note  descriptors             64
                                            raise it
            """);
    }

    @Test
    void programsReadOneObject() {
        assertThat(new DoctorReport(List.of(LESS, BAD)).json()).isEqualTo("""
            {
              "schema": 1,
              "healthy": false,
              "findings": [
                {"section": "Limits", "name": "descriptors", "value": "64", "verdict": "note",\
             "advice": "raise it"},
                {"section": "Disk", "name": "\\u0022odd\\u005c\\u000a", "value": "no",\
             "verdict": "fail", "advice": "é\\ud800"}
              ]
            }
            """);
    }
}
