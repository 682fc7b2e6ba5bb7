package sluice.s3;

import sluice.server.Origin;
import sluice.server.OriginProvider;

import java.io.IOException;
import java.net.URI;

/** Opens stores that speak S3, for {@link java.util.ServiceLoader}. */
public final class S3Provider implements OriginProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public S3Provider() {}

    @Override
    public String scheme() {
        return "s3";
    }

    @Override
    public Origin open(URI address) throws IOException {
        return S3Origin.open(address);
    }
}
