package sluice.server;

/** What comes of a request to change something: its answer, or an upload that wants the body. */
sealed interface UploadReply permits Message, Upload {}
