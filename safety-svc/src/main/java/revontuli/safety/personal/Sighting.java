package revontuli.safety.personal;

/// Something that looks like personal data, in units of the text that was read; `score` says how sure: a checksum
/// and a word nearby that names it make 0.95 and more, a form that many innocent numbers share stays under 0.5.
public record Sighting(Kind kind, int start, int end, double score) {}
