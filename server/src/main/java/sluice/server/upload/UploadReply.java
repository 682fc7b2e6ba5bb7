package sluice.server.upload;

import sluice.server.response.Response;

/** What comes of a request to change something: its response, or an upload that wants the body. */
public sealed interface UploadReply permits UploadReply.Answered, Upload {
    /** It is over. */
    record Answered(Response response) implements UploadReply {}
}
