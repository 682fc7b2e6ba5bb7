package sluice.server.http2;

import sluice.io.EventLoop;
import sluice.io.FileSink;
import sluice.server.upload.UploadReceiver;

/**
 * A stream whose data are those of an upload. They come in frames, so none can go past the buffers.
 */
record StreamLine(Http2Stream stream, int id, Answers.Owner owner) implements UploadReceiver.Line {
    @Override
    public EventLoop loop() {
        return owner.loop();
    }

    @Override
    public void resume() {
        owner.resume();
    }

    @Override
    public void tear() {
        if (stream.id == id && stream.upload != null) {
            owner.tear(stream);
        }
    }

    @Override
    public boolean receiveInto(FileSink sink, long most) {
        return false;
    }
}
