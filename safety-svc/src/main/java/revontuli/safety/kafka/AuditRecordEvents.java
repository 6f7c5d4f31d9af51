package revontuli.safety.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.regex.Pattern;
import revontuli.platform.audit.Sealer;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.fault.Fault;
import revontuli.platform.kafka.Inbox;
import revontuli.safety.ledger.Arrival;
import revontuli.safety.ledger.Ledger;
import revontuli.safety.ledger.Sources;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// Brings sealed records of all services, this one included, into the ledger, and notes how far sources say they are.
@ApplicationScoped
class AuditRecordEvents implements EventHandler {
    private static final String PURPOSE = "ledger";
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern ID = Pattern.compile(UUID);
    private static final Pattern SOURCE = Pattern.compile("sources/[a-z][a-z0-9-]{0,31}-" + UUID);

    private final Inbox inbox;
    private final Ledger ledger;
    private final Sources sources;
    private final InstantSource clock;

    AuditRecordEvents(Inbox inbox, Ledger ledger, Sources sources, InstantSource clock) {
        this.inbox = inbox;
        this.ledger = ledger;
        this.sources = sources;
        this.clock = clock;
    }

    @Override
    public String topic() {
        return Sealer.TOPIC;
    }

    @Override
    public String purpose() {
        return PURPOSE;
    }

    /// A poll's records enter in one commit: that is what makes the log fast.
    @Override
    public boolean takesTogether() {
        return true;
    }

    @Override
    public void on(ReceivedEvent event) {
        switch (event.type()) {
            case Sealer.SEALED -> enter(event);
            case Sealer.REPORTED -> note(event);
            case "" -> throw malformed("it has no ce_type");
            default -> {
                // a newer source may say things that this version does not know
            }
        }
    }

    private void enter(ReceivedEvent event) {
        String id = event.id()
                .filter(text -> ID.matcher(text).matches())
                .orElseThrow(() -> malformed("its ce_id is not a UUID in lower case"));
        ledger.enter(new Arrival(id, event.key(), inbox.firstSight(PURPOSE, id), event.value()));
    }

    private void note(ReceivedEvent event) {
        try {
            Json.Fields report = CanonicalJson.parseFields(event.value());
            String source = report.text("source");
            long number = Json.parseNumber("last_number", report.text("last_number"));
            if (!source.equals(event.key()) || !SOURCE.matcher(source).matches() || number < 0) {
                throw malformed("its source or number is not right");
            }
            sources.report(source, number, clock.instant());
        } catch (MalformedException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static RuntimeException malformed(String why) {
        return Fault.invalid("MALFORMED_EVENT", "event", why);
    }
}
