package sluice.server.upload;

import sluice.io.Connection;
import sluice.io.Counter;
import sluice.io.EventLoop;
import sluice.io.FileSink;

/** A connection whose next octets are those of an upload alone. */
public record ConnectionLine(Connection connection) implements UploadReceiver.Line {
    @Override
    public EventLoop loop() {
        return connection.loop();
    }

    @Override
    public void resume() {
        connection.resume();
    }

    @Override
    public void tear() {
        connection.abort(Counter.PEER_GONE);
    }

    @Override
    public boolean receiveInto(FileSink sink, long most) {
        return connection.receiveInto(sink, most);
    }
}
