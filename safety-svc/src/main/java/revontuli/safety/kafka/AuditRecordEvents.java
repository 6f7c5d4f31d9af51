package revontuli.safety.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import revontuli.platform.audit.Sealer;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.event.RefusedEvent;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
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
        onAll(List.of(event)).stream().findFirst().ifPresent(refused -> {
            throw refused.fault().toException();
        });
    }

    @Override
    public List<RefusedEvent> onAll(List<ReceivedEvent> events) {
        List<RefusedEvent> refused = new ArrayList<>();
        List<ReceivedEvent> sealed = new ArrayList<>();
        for (ReceivedEvent event : events) {
            try {
                switch (event.type()) {
                    case Sealer.SEALED -> {
                        id(event);
                        sealed.add(event);
                    }
                    case Sealer.REPORTED -> note(event);
                    case "" -> throw malformed("it has no ce_type");
                    default -> {
                        // a newer source may say things that this version does not know
                    }
                }
            } catch (FaultException e) {
                refused.add(new RefusedEvent(event, e.fault()));
            }
        }
        enter(sealed, refused);
        return refused;
    }

    private void enter(List<ReceivedEvent> sealed, List<RefusedEvent> refused) {
        if (sealed.isEmpty()) {
            return;
        }
        List<String> ids = sealed.stream().map(AuditRecordEvents::id).toList();
        Set<String> seen = inbox.seen(PURPOSE, ids);
        List<Arrival> arrivals = sealed.stream()
                .map(event -> new Arrival(id(event), event.key(), !seen.contains(id(event)), event.value()))
                .toList();
        Ledger.Outcome outcome = ledger.enter(arrivals);
        inbox.take(PURPOSE, outcome.entered().stream().map(ids::get).toList());
        outcome.refused().forEach((place, fault) -> refused.add(new RefusedEvent(sealed.get(place), fault)));
    }

    private static String id(ReceivedEvent event) {
        return event.id()
                .filter(text -> ID.matcher(text).matches())
                .orElseThrow(() -> malformed("its ce_id is not a UUID in lower case"));
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
