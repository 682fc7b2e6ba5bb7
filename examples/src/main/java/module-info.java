/** A protocol and an event loop of one's own, over what {@code sluice.io} exports. */
module sluice.examples {
    requires sluice.io;
}
