package sluice.server;

import org.jspecify.annotations.Nullable;

/**
 * What a store tells of a version of an object.
 *
 * @param size in octets
 * @param tag its entity tag, quotes included: the same for this version on every machine
 * @param modified seconds since 1970
 * @param type Content-Type; null to take that of the name
 * @param coding Content-Encoding; null if it is not coded
 * @param cacheControl Cache-Control; null if there is none
 */
public record ObjectHead(
        long size,
        String tag,
        long modified,
        @Nullable String type,
        @Nullable String coding,
        @Nullable String cacheControl) {}
