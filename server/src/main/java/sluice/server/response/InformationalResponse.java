package sluice.server.response;

import sluice.http.Fields;

/**
 * A response of 1xx, of which any number may come before the {@link Response}.
 *
 * @param status from 100 to 199
 */
public record InformationalResponse(int status, Fields fields) {}
