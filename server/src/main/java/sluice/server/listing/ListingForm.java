package sluice.server.listing;

import sluice.http.ByteWriter;

/** Writes a listing in pieces, one at a time; each piece always has the same bytes. */
sealed interface ListingForm permits HtmlListing, JsonListing {
    int pieces();

    void write(int piece, ByteWriter out);
}
