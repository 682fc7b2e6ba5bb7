/** Requires the server and nothing else; its annotations come with it. */
module consumer {
    requires sluice.server;
}
