package sluice.server.upload;

import sluice.server.response.Response;

/** Result of a request to change a file: its response, or an upload that receives the body. */
public sealed interface UploadReply permits UploadReply.Answered, Upload {
    /** The request has its response. */
    record Answered(Response response) implements UploadReply {}
}
