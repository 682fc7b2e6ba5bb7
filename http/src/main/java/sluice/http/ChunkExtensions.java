package sluice.http;

/**
 * Checks the extensions after a chunk's size, octet by octet: names, some with a token or a quoted
 * string as value (RFC 9112 section 7.1.1). Their content is ignored. The check only ensures that
 * every strict parser finds the same end; lenient parsers disagree about it.
 */
final class ChunkExtensions {
    private enum State {
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        TOKEN,
        QUOTED,
        ESCAPED,
        END_OF_QUOTED,
        AFTER_VALUE,
        BAD
    }

    private State state = State.BEFORE_NAME;

    /** The ";" before the first name was read. */
    void begin() {
        state = State.BEFORE_NAME;
    }

    /** Whether the line may end here; the grammar allows no white space before the line end. */
    boolean mayEnd() {
        return state == State.NAME || state == State.TOKEN || state == State.END_OF_QUOTED;
    }

    /** False for an octet that cannot come next. */
    boolean take(int octet) {
        state = switch (state) {
            case BEFORE_NAME -> token(octet) ? State.NAME : orSpace(octet);
            case NAME -> token(octet) ? State.NAME : afterName(octet);
            case AFTER_NAME -> afterName(octet);
            case BEFORE_VALUE ->
                token(octet) ? State.TOKEN : octet == '"' ? State.QUOTED : orSpace(octet);
            case TOKEN -> token(octet) ? State.TOKEN : afterValue(octet);
            case QUOTED -> quoted(octet);
            case ESCAPED -> Octets.is(octet, Octets.TEXT) ? State.QUOTED : State.BAD;
            case END_OF_QUOTED, AFTER_VALUE -> afterValue(octet);
            case BAD -> State.BAD;
        };
        return state != State.BAD;
    }

    private static boolean token(int octet) {
        return Octets.is(octet, Octets.TOKEN);
    }

    private State orSpace(int octet) {
        return Octets.isSpace(octet) ? state : State.BAD;
    }

    private static State afterName(int octet) {
        if (octet == '=') {
            return State.BEFORE_VALUE;
        }
        return octet == ';'
                ? State.BEFORE_NAME
                : Octets.isSpace(octet) ? State.AFTER_NAME : State.BAD;
    }

    private static State afterValue(int octet) {
        return octet == ';'
                ? State.BEFORE_NAME
                : Octets.isSpace(octet) ? State.AFTER_VALUE : State.BAD;
    }

    private static State quoted(int octet) {
        return switch (octet) {
            case '"' -> State.END_OF_QUOTED;
            case '\\' -> State.ESCAPED;
            default -> Octets.is(octet, Octets.TEXT) ? State.QUOTED : State.BAD;
        };
    }
}
