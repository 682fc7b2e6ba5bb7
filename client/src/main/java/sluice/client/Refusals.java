package sluice.client;

import sluice.http.Status;

import java.io.IOException;

/** What a server's no means, for the person at the keyboard. */
final class Refusals {
    private Refusals() {}

    static IOException ofDownload(HttpUrl url, Response response) {
        String meaning = switch (response.status()) {
            case Status.NOT_FOUND, Response.GONE -> "there is no such file on the server";
            case Status.UNAUTHORIZED -> "the server wants to know who asks";
            case Status.FORBIDDEN -> "the server does not give it away";
            case Status.RANGE_NOT_SATISFIABLE -> "the server does not find the rest of the file";
            default -> common(response);
        };
        return new IOException(url + ": " + meaning + " (" + response.words() + ")");
    }

    static IOException ofUpload(HttpUrl url, Response response) {
        String meaning = switch (response.status()) {
            case Status.METHOD_NOT_ALLOWED, Status.NOT_IMPLEMENTED ->
                "the server takes no files; Sluice does if it was started with --writable";
            case Status.NOT_FOUND -> "the server has no such place";
            case Status.CONFLICT ->
                "there is no such directory on the server, or there is one of that name";
            case Status.PRECONDITION_FAILED ->
                "somebody else has put a file there meanwhile; nothing was replaced";
            case Status.CONTENT_TOO_LARGE ->
                "the file is too large for the server" + limit(response);
            case Status.INSUFFICIENT_STORAGE -> "the server's disk is full";
            case Status.UNAUTHORIZED -> "the server wants to know who sends";
            case Status.FORBIDDEN -> "the server may not write there";
            case Status.LENGTH_REQUIRED, Status.UNSUPPORTED_MEDIA_TYPE ->
                "the server does not take files in this form";
            default -> common(response);
        };
        return new IOException(url + ": " + meaning + " (" + response.words() + ")");
    }

    private static String limit(Response response) {
        String limits = response.field("upload-limit");
        String most = limits.replaceFirst(".*\\bmax-size=(\\d+).*", "$1");
        return most.equals(limits) ? "" : ", which takes " + most + " octets";
    }

    private static String common(Response response) {
        return switch (response.status() / 100) {
            case 3 -> "the server leads elsewhere, and not to where this can follow";
            case 5 -> "the server has failed";
            default -> "the server refuses";
        };
    }
}
