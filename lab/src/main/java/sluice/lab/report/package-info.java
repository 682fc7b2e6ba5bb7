/** What results say, as a page: charts, verdicts, advice. */
@NullMarked
package sluice.lab.report;

import org.jspecify.annotations.NullMarked;
