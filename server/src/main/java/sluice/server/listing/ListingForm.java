package sluice.server.listing;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteWriter;

/** Writes a listing in pieces, one at a time; each piece always has the same bytes. */
sealed interface ListingForm permits HtmlListing, JsonListing {
    int pieces();

    /** The octets of a piece that is ready, so that nobody copies it; null for any other. */
    default byte @Nullable [] ready(int piece) {
        return null;
    }

    /** Writes a piece that is not ready. */
    void write(int piece, ByteWriter out);
}
