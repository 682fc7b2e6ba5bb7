package sluice.client;

import sluice.http.Status;

import java.io.IOException;

/** Messages for the user about error responses. */
final class Refusals {
    private Refusals() {}

    static IOException ofDownload(HttpUrl url, Response response) {
        String meaning = switch (response.status()) {
            case Status.NOT_FOUND, Response.GONE -> "the file does not exist on the server";
            case Status.UNAUTHORIZED ->
                "the server requires authentication; give it with -H 'Authorization: ...'";
            case Status.FORBIDDEN -> "the server denies access to the file";
            case Status.RANGE_NOT_SATISFIABLE -> "the server cannot send the rest of the file";
            default -> common(response);
        };
        return new IOException(url + ": " + meaning + " (" + response.words() + ")");
    }

    static IOException ofTree(HttpUrl url, Response response) {
        String meaning = switch (response.status()) {
            case Status.NOT_FOUND, Response.GONE ->
                "the directory does not exist on the server, or the server does not list it";
            case Status.FORBIDDEN ->
                "the server denies access to the directory, or it has too many files for one tar";
            default -> common(response);
        };
        return new IOException(url + ": " + meaning + " (" + response.words() + ")");
    }

    static IOException ofUpload(HttpUrl url, Response response) {
        String meaning = switch (response.status()) {
            case Status.METHOD_NOT_ALLOWED, Status.NOT_IMPLEMENTED ->
                "the server does not accept uploads; Sluice does if started with --writable";
            case Status.NOT_FOUND -> "the path does not exist on the server";
            case Status.CONFLICT ->
                "the parent directory does not exist on the server, or the path is a directory";
            case Status.PRECONDITION_FAILED ->
                "another client has put a file there meanwhile; nothing was replaced";
            case Status.CONTENT_TOO_LARGE ->
                "the file exceeds the server's maximum upload size" + limit(response);
            case Status.INSUFFICIENT_STORAGE -> "the server's disk is full";
            case Status.UNAUTHORIZED ->
                "the server requires authentication; give it with -H 'Authorization: ...'";
            case Status.FORBIDDEN -> "the server does not allow writing there";
            case Status.LENGTH_REQUIRED, Status.UNSUPPORTED_MEDIA_TYPE ->
                "the server does not accept this kind of upload";
            default -> common(response);
        };
        return new IOException(url + ": " + meaning + " (" + response.words() + ")");
    }

    private static String limit(Response response) {
        String limits = response.field("upload-limit");
        String most = limits.replaceFirst(".*\\bmax-size=(\\d+).*", "$1");
        return most.equals(limits) ? "" : " of " + most + " bytes";
    }

    private static String common(Response response) {
        return switch (response.status() / 100) {
            case 3 -> "the server redirects the request, and the redirect cannot be followed";
            case 5 -> "the server failed";
            default -> "the server refused the request";
        };
    }
}
