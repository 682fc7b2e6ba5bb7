package sluice.lab.measure;

/** What {@link OwnCalls} tells by JMX. */
public interface OwnCallsMBean {
    /** System calls that Sluice has made in this process until now. */
    long getCount();
}
