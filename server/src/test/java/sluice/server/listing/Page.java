package sluice.server.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page taken apart more strictly than a browser would: every "&lt;" starts a tag, every tag is
 * closed in order, attributes are quoted, "&amp;" starts a known reference. So a name that breaks
 * out of its place is found as an element or attribute too many.
 */
record Page(List<Element> elements, String text) {
    private static final Pattern TAG = Pattern.compile(
            "<(/?)([a-z][a-z0-9]*)((?:\\s+[a-zA-Z-]+(?:=\"[^\"<>]*\")?)*)(/?)>|<!DOCTYPE html>");

    private static final Pattern ATTRIBUTE = Pattern.compile("\\s([a-zA-Z-]+)(?:=\"([^\"]*)\")?");
    private static final Pattern REFERENCE = Pattern.compile("&(?!(amp|lt|gt|quot|uarr|darr);)");
    private static final Set<String> VOID = Set.of("meta");

    /** With the text inside it, its children's included. */
    record Element(String name, String attributes, String text) {
        String attribute(String wanted) {
            Matcher attribute = ATTRIBUTE.matcher(attributes);
            while (attribute.find()) {
                if (attribute.group(1).equals(wanted)) {
                    return plain(attribute.group(2));
                }
            }
            return "";
        }
    }

    private record Open(String name, String attributes, int textFrom) {}

    /** What is in scripts is not the page's text. */
    private static final Pattern SCRIPT = Pattern.compile("(?s)(<script>).*?(</script>)");

    static Page parse(String whole) {
        String html = SCRIPT.matcher(whole).replaceAll("$1$2");
        List<Element> elements = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        var text = new StringBuilder();
        int at = 0;
        Matcher tag = TAG.matcher(html);
        while (tag.find()) {
            text.append(checked(html.substring(at, tag.start())));
            at = tag.end();
            var name = tag.group(2);
            if (name == null) {
                continue;
            }
            checked(tag.group(3));
            if (!tag.group(1).isEmpty()) {
                var start = open.pop();
                assertThat(name).as("closes").isEqualTo(start.name);
                var inside = plain(text.substring(start.textFrom));
                elements.add(new Element(name, start.attributes, inside));
            } else if (!tag.group(4).isEmpty() || VOID.contains(name)) {
                elements.add(new Element(name, tag.group(3), ""));
            } else {
                open.push(new Open(name, tag.group(3), text.length()));
            }
        }
        text.append(checked(html.substring(at)));
        assertThat(open).as("not closed").isEmpty();
        return new Page(elements, plain(text.toString()));
    }

    List<Element> all(String name) {
        return elements.stream().filter(e -> e.name().equals(name)).toList();
    }

    Element one(String name) {
        var all = all(name);
        assertThat(all).as(name).hasSize(1);
        return all.getFirst();
    }

    /** What the rows are headed by: "Parent folder", names, those of folders with a slash. */
    List<String> names() {
        return all("th").stream()
                .filter(cell -> cell.attribute("scope").equals("row"))
                .map(Element::text)
                .toList();
    }

    private static String checked(String text) {
        assertThat(text).doesNotContain("<").doesNotContainPattern(REFERENCE);
        return text;
    }

    private static String plain(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&uarr;", "\u2191")
                .replace("&darr;", "\u2193")
                .replace("&amp;", "&");
    }
}
