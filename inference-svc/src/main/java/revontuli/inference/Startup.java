package revontuli.inference;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;
import revontuli.inference.generate.Generator;
import revontuli.inference.generate.LiveGenerations;
import revontuli.inference.model.LoaderLoop;
import revontuli.inference.model.ModelLoader;
import revontuli.platform.lifecycle.Calls;

/// The order in which this service starts and stops, around the platform's own.
///
/// Start: once the source of records is open, orphans are closed and loading begins. Stop: before the platform drains,
/// running generations get their patience and are then told to end, so that their end is still written down; after
/// it, the models are closed.
@ApplicationScoped
class Startup {
    private static final Logger LOG = Logger.getLogger(Startup.class);
    private static final int BEFORE_PLATFORM = 5;
    private static final int AFTER_PLATFORM = 20;

    private final Generator generator;
    private final LiveGenerations live;
    private final ModelLoader loader;
    private final LoaderLoop loop;
    private final Calls calls;
    private final InferenceConfig config;

    Startup(
            Generator generator,
            LiveGenerations live,
            ModelLoader loader,
            LoaderLoop loop,
            Calls calls,
            InferenceConfig config) {
        this.generator = generator;
        this.live = live;
        this.loader = loader;
        this.loop = loop;
        this.calls = calls;
        this.config = config;
    }

    void start(@Observes @Priority(AFTER_PLATFORM) StartupEvent event) {
        int closed = generator.closeOrphans();
        if (closed > 0) {
            LOG.warnf("closed %d generations that an earlier run had left open", closed);
        }
        loader.look();
        loop.start();
    }

    void drain(@Observes @Priority(BEFORE_PLATFORM) ShutdownEvent event) throws InterruptedException {
        if (!calls.drain(config.drainPatience())) {
            LOG.warnf("%d generations are told to end", live.count());
            live.drain();
        }
    }

    void close(@Observes @Priority(AFTER_PLATFORM) ShutdownEvent event) throws InterruptedException {
        loop.stop();
    }
}
