package sluice.server.response;

import sluice.http.Fields;

/**
 * A 1xx response; a server may send any number of them before the {@link Response}.
 *
 * @param status from 100 to 199
 */
public record InformationalResponse(int status, Fields fields) {}
