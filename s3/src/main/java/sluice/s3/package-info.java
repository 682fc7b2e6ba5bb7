/** Stores that speak S3. */
@NullMarked
package sluice.s3;

import org.jspecify.annotations.NullMarked;
