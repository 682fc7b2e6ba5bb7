package sluice.io.loop;

import sluice.io.Layer;

/**
 * A {@link Layer} as a backend around a backend. It has one of two shapes:
 *
 * <ul>
 *   <li>Where loops call the socket, it wraps each accepted socket and provides the copy path. The
 *       socket keeps what it has changed and the kernel has not taken yet.
 *   <li>Where calls complete later, it wraps the transports of the engine and is their owner.
 * </ul>
 */
public interface BackendLayer extends Layer {
    /** Makes what loops consist of; {@code plain} was made for {@link #under}. */
    Backend around(Backend plain);
}
