package sluice.lab.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.io.Block;
import sluice.lab.LoadPlan;
import sluice.lab.Target;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The requests of a plan as bytes, and the order in which they are sent, again and again. */
final class RequestMix {
    /** Always the same order: two runs send the same requests. */
    private static final long SEED = 42;

    private final byte[][] requests;
    private final int[] order;

    RequestMix(LoadPlan plan) {
        requests =
                plan.targets().stream().map(target -> bytes(plan, target)).toArray(byte[][]::new);
        order = order(plan.targets());
    }

    private static int[] order(List<Target> targets) {
        List<Integer> order = new ArrayList<>();
        for (int target = 0; target < targets.size(); target++) {
            order.addAll(Collections.nCopies(targets.get(target).weight(), target));
        }
        Collections.shuffle(order, new Random(SEED));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * @throws IllegalArgumentException if the request does not fit into a buffer
     */
    private static byte[] bytes(LoadPlan plan, Target target) {
        StringBuilder head = new StringBuilder("GET ")
                .append(target.url().target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.url().authority())
                .append("\r\n");
        plan.fields().forEach(line -> head.append(line).append("\r\n"));
        if (!plan.keepAlive()) {
            head.append("Connection: close\r\n");
        }
        byte[] bytes = head.append("\r\n").toString().getBytes(ISO_8859_1);
        if (bytes.length > Block.SIZE) {
            throw new IllegalArgumentException("the request for " + target.url() + " has "
                    + bytes.length + " bytes; at most " + Block.SIZE + " can be sent");
        }
        return bytes;
    }

    /** How many different requests there are. */
    int targets() {
        return requests.length;
    }

    /** How many requests pass until the order begins again. */
    int length() {
        return order.length;
    }

    /** The target of the request at a place in the order. */
    int targetAt(int place) {
        return order[place];
    }

    byte[] request(int target) {
        return requests[target];
    }
}
