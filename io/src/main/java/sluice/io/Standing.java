package sluice.io;

/** What would be lost if a connection were closed now: decides who makes room for a new one. */
public enum Standing {
    /** A message or a response is in progress: the connection must not be closed. */
    BUSY,
    /** No message has come completely yet, not even its head. */
    STARTING,
    /** Between messages: peers must expect that the connection is closed (RFC 9112 9.5). */
    IDLE
}
