package sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

import sluice.copy.CopyMethod;
import sluice.http.ForwardedField;
import sluice.io.CopyMode;
import sluice.io.IdlePolicy;
import sluice.io.Reactor;
import sluice.io.TlsProvider;
import sluice.server.AccessLogField;
import sluice.server.AccessLogFormat;
import sluice.server.EntityTags;
import sluice.server.SymlinkPolicy;

import java.nio.file.Path;

/** How the commands understand what options say. */
final class Options {
    private Options() {}

    /** The command, which understands them from now on. */
    static CommandLine understood(CommandLine command) {
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                // A path may begin with @: it is no file of arguments.
                .setExpandAtFiles(false)
                .registerConverter(Path.class, Arguments::path)
                .registerConverter(ModelChoice.class, ModelChoice::of)
                .registerConverter(CopyMode.class, Names.COPIES::choice)
                .registerConverter(CopyMethod.class, Names.COPY_METHODS::choice)
                .registerConverter(Reactor.class, Names.REACTORS::choice)
                .registerConverter(IdlePolicy.class, Names.IDLE_POLICIES::choice)
                .registerConverter(SymlinkPolicy.class, Names.SYMLINKS::choice)
                .registerConverter(EntityTags.class, Names.TAGS::choice)
                .registerConverter(TlsProvider.class, Names.PROVIDERS::choice)
                .registerConverter(OnOff.class, Names.SWITCHES::choice)
                .registerConverter(AccessLogFormat.class, Names.LOG_FORMATS::choice)
                .registerConverter(SandboxOptions.When.class, Names.SANDBOX_TIMES::choice)
                .registerConverter(ForwardedField.class, Names.FORWARDED_FIELDS::choice)
                .registerConverter(AccessLogField.class, Names.LOG_FIELDS::choice)
                .registerConverter(Integer.class, new WholeNumber())
                .registerConverter(int.class, new WholeNumber())
                .registerConverter(boolean.class, Options::given);
    }

    /** Of an option that is a switch: picocli says true or false for the user, who says nothing. */
    private static Boolean given(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new TypeConversionException("it takes no value");
        };
    }
}
