package sluice.cli;

import sluice.io.Model;

/**
 * The model that {@code --model} selects.
 *
 * @param reason for the start-up line; empty if the user named the model
 */
record ModelChoice(Model model, String reason) {
    /** The best model that runs on this machine, found by trying. */
    static final ModelChoice AUTO = new ModelChoice(
            Model.best(), "; auto chose " + Model.best().label() + ": " + Model.whyBest());

    static ModelChoice of(String name) {
        return name.equalsIgnoreCase(Names.AUTO)
                ? AUTO
                : new ModelChoice(Names.MODELS.choice(name, Names.Models.all()), "");
    }
}
