import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.StandardRoot;

import java.nio.file.Files;

/** Serves files with Tomcat. Arguments: the directory, the port, and how many processors. */
public final class TomcatPeer {
    private static final String CONNECTIONS = "16384";
    private static final String BACKLOG = "4096";
    private static final String IDLE_MILLIS = "75000";
    private static final long CACHE_KIB = 65_536;

    private TomcatPeer() {}

    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat-peer-").toString());
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(Integer.parseInt(args[1]));
        connector.setProperty("maxConnections", CONNECTIONS);
        connector.setProperty("acceptCount", BACKLOG);
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("keepAliveTimeout", IDLE_MILLIS);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", args[0]);
        StandardRoot files = new StandardRoot(context);
        files.setCacheMaxSize(CACHE_KIB);
        context.setResources(files);
        Wrapper servlet = Tomcat.addServlet(context, "default", new DefaultServlet());
        servlet.addInitParameter("sendfileSize", "48");
        context.addServletMappingDecoded("/", "default");
        tomcat.start();
        tomcat.getServer().await();
    }
}
