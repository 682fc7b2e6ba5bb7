package sluice.http;

/** A field of which the octets are chars (ISO 8859-1). */
record NameAndValue(String name, String value) {
    /** Reads "name: value". */
    static NameAndValue of(String line) {
        int colon = line.indexOf(": ", 1);
        return colon < 0
                ? new NameAndValue("", line.substring(2))
                : new NameAndValue(line.substring(0, colon), line.substring(colon + 2));
    }

    boolean isPseudo() {
        return name.startsWith(":");
    }

    int length() {
        return name.length() + value.length();
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
