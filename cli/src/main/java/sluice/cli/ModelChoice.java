package sluice.cli;

import sluice.io.Model;

/**
 * What was meant by {@code --model}.
 *
 * @param reason for the start-up line: empty for a model that was asked for by name
 */
record ModelChoice(Model model, String reason) {
    /** The best that this machine can run, as was found by trying. */
    static final ModelChoice AUTO = new ModelChoice(
            Model.best(), "; auto took " + Model.best().label() + ": " + Model.whyBest());

    static ModelChoice of(String name) {
        return name.equalsIgnoreCase(Names.AUTO)
                ? AUTO
                : new ModelChoice(Names.MODELS.choice(name, Names.Models.all()), "");
    }
}
