package revontuli.safety.lexicon;

import java.util.List;
import revontuli.safety.policy.Category;

/// A harmful matter: things (`objects`) to which something is done (`acts`), scored by how much of the intent is
/// said. `reach` is how many characters may lie between object and act. Group names mean the group of that name in
/// every language.
record Topic(String name, Category category, List<String> objects, List<String> acts, int reach, Scores scores) {

    /// The object alone; with an act; with a request; with both; with both or one and the wish to stay hidden.
    record Scores(double object, double act, double request, double whole, double hidden) {}
}
