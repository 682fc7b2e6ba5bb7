/** Runs jobs: servers in processes of their own, loads in turns. */
@NullMarked
package sluice.lab.job;

import org.jspecify.annotations.NullMarked;
