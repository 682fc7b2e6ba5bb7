package sluice.server.listing;

import sluice.http.ByteWriter;

/** A listing cut into pieces that are written one at a time, always with the same outcome. */
sealed interface ListingForm permits HtmlListing, JsonListing {
    int pieces();

    void write(int piece, ByteWriter out);
}
