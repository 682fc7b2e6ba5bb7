package sluice.server.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.http.Fields;
import sluice.http.Method;
import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.testing.Rehearsal;
import sluice.server.ServedFiles;
import sluice.server.Sluice;
import sluice.server.http1.Http1Service;
import sluice.server.http2.Http2Service;
import sluice.server.limits.Clients;
import sluice.server.response.PathLine;
import sluice.server.site.AllowedHosts;
import sluice.server.site.ServerResources;
import sluice.server.site.Site;
import sluice.server.site.Sites;
import sluice.server.trace.ResponseWatch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A site whose connections have no sockets. */
public final class Rehearsed implements AutoCloseable {
    private static final int OPEN_FILES = 100;

    public final Site site;
    private final Sites sites;
    private final ServerResources resources;
    private final Http1Service service;
    private final Http2Service http2;

    private Rehearsed(Sites sites, ServerResources resources, Sluice sluice) {
        this.sites = sites;
        this.resources = resources;
        site = sites.table().at(0);
        Clients clients = new Clients(sluice.peers(), sluice.proxies());
        service = new Http1Service(
                sites,
                new ResponseWatch(sluice.listeners()),
                PathLine.of(sluice.machinery(), ""),
                "",
                clients);
        http2 = new Http2Service(
                sites,
                new ResponseWatch(sluice.listeners()),
                PathLine.of(sluice.machinery(), ""),
                Fields.NONE,
                clients);
    }

    public static Rehearsed of(Path directory) throws IOException {
        return of(Sluice.builder().root(directory));
    }

    public static Rehearsed of(Sluice.Builder settings) throws IOException {
        return of(settings, new Cell(Model.EPOLL, CopyMode.AUTO), OPEN_FILES);
    }

    /**
     * @param openFiles most descriptors that its cached files may take
     */
    public static Rehearsed of(Sluice.Builder settings, Cell cell, int openFiles)
            throws IOException {
        Sluice sluice = settings.machinery(Machinery.defaults().withCell(cell))
                .allowHost(RawClient.HOST)
                .build();
        ServerResources resources = new ServerResources(cell, Budgets.withOpenFiles(openFiles));
        AllowedHosts hosts = AllowedHosts.of(sluice.addresses(), sluice.hosts());
        Sites sites = new Sites(sluice.files(), sluice.sites(), hosts, resources);
        return new Rehearsed(sites, resources, sluice);
    }

    public Rehearsal connect() {
        return new Rehearsal(service);
    }

    public Rehearsal connectHttp2() {
        return new Rehearsal(http2);
    }

    /** Other files from now on; what comes of that in the background has been done. */
    public void replace(ServedFiles files) throws Exception {
        sites.replace(null, files);
        awaitBackground();
    }

    /** What was to be done in the background has been done. */
    public void awaitBackground() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        resources.inBackground(done::countDown);
        done.await();
    }

    /** One request on a connection of its own. */
    public ReceivedResponse ask(Method method, String request) throws IOException {
        try (Rehearsal connection = connect()) {
            connection.receive(request.getBytes(ISO_8859_1));
            return new ResponseReader(new ByteArrayInputStream(connection.output())).read(method);
        }
    }

    public ReceivedResponse get(String target, String... lines) throws IOException {
        return ask(Method.GET, RawClient.request("GET", target, lines));
    }

    /** All that was sent, as answers to requests of one method. */
    public static List<ReceivedResponse> answers(Rehearsal connection, Method method)
            throws IOException {
        byte[] output = connection.output();
        ByteArrayInputStream in = new ByteArrayInputStream(output);
        ResponseReader reader = new ResponseReader(in);
        List<ReceivedResponse> answers = new ArrayList<>();
        while (reader.hasMore()) {
            answers.add(reader.read(method));
        }
        return answers;
    }

    @Override
    public void close() {
        sites.close();
    }
}
