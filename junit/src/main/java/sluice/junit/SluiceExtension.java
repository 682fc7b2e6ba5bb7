package sluice.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotatedFields;
import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.net.URI;

/** Serves what {@link SluiceRoot} says, which registers it. */
public final class SluiceExtension
        implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace MINE =
            ExtensionContext.Namespace.create(SluiceExtension.class);

    /** JUnit makes one. */
    public SluiceExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        inject(context.getRequiredTestClass(), null, context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            inject(instance.getClass(), instance, context);
        }
    }

    /** Sets the static fields of a class, or those of an instance. */
    private static void inject(Class<?> type, @Nullable Object instance, ExtensionContext context)
            throws Exception {
        for (Field field : findAnnotatedFields(
                type,
                SluiceRoot.class,
                one -> ModifierSupport.isStatic(one) == (instance == null),
                HierarchyTraversalMode.TOP_DOWN)) {
            Object value = serve(field, field.getType(), context);
            field.setAccessible(true);
            field.set(instance, value);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.isAnnotated(SluiceRoot.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return serve(parameter.getParameter(), parameter.getParameter().getType(), context);
        } catch (IOException e) {
            throw new ExtensionConfigurationException("nothing to serve: " + e, e);
        }
    }

    private static Object serve(AnnotatedElement where, Class<?> type, ExtensionContext context)
            throws IOException {
        if (type != ServedRoot.class && type != URI.class) {
            throw new ExtensionConfigurationException("@SluiceRoot is for a ServedRoot or a URI,"
                    + " and not for a " + type.getName() + ": " + where);
        }
        String directory = findAnnotation(where, SluiceRoot.class).orElseThrow().value();
        ServedRoot root = ServedRoot.serve(directory);
        // The store closes what is AutoCloseable, when the context ends.
        context.getStore(MINE).put(root, root);
        return type == URI.class ? root.uri() : root;
    }
}
