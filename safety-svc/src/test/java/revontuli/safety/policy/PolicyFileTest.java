package revontuli.safety.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.platform.fault.FaultException;
import revontuli.safety.yaml.YamlMap;

class PolicyFileTest {
    private static final String SHIPPED = new String(PolicyFile.shippedBytes(), StandardCharsets.UTF_8);

    private static Policy parse(String yaml) {
        return PolicyFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theShippedPolicyNamesItselfByTheDigestOfItsExactBytes() {
        Policy policy = PolicyFile.shipped();

        assertThat(policy.name().resource()).isEqualTo("policies/default/versions/1");
        assertThat(policy.name().digest()).matches("sha256:[0-9a-f]{64}");
        assertThat(parse(SHIPPED + "# one more comment\n").name().digest())
                .isNotEqualTo(policy.name().digest());
    }

    @Test
    void everyCategoryIsMappedToAnotherTaxonomyWhereItHasAName() {
        Policy policy = PolicyFile.shipped();

        assertThat(policy.taxonomy(Category.CYBER_ATTACKS, "alert")).containsExactly("crime_cyber");
        assertThat(policy.taxonomy(Category.CIRCUMVENTING_CONTROLS, "alert")).isEmpty();
        for (Category category : Category.values()) {
            assertThat(policy.taxonomy(category, "nist-ai-600-1"))
                    .as(category.id())
                    .hasSize(policy.taxonomy(category, "nist-ai-600-1").size());
        }
    }

    @ParameterizedTest
    @CsvSource({"0.59,ALLOW", "0.6,REVIEW", "0.79,REVIEW", "0.8,BLOCK", "1,BLOCK"})
    void anActionBeginsAtItsThreshold(double score, Action action) {
        assertThat(PolicyFile.shipped().action(Category.ILLEGAL_ACTS, Direction.PROMPT, "en", "en.theft", score))
                .isEqualTo(action);
    }

    @Test
    void theMostSpecialEntryDecides() {
        String yaml = SHIPPED.replace(
                "    description: Making or using malware",
                "    languages: {fi: {prompt: {block: 0.3}}}\n    description: Making or using malware");
        Policy policy = parse(yaml);

        assertThat(policy.action(Category.CYBER_ATTACKS, Direction.PROMPT, "fi", "x", 0.3))
                .isEqualTo(Action.BLOCK);
        assertThat(policy.action(Category.CYBER_ATTACKS, Direction.PROMPT, "en", "x", 0.3))
                .isEqualTo(Action.ALLOW);
        assertThat(policy.action(Category.CYBER_ATTACKS, Direction.OUTPUT, "fi", "x", 0.3))
                .isEqualTo(Action.ALLOW);
        assertThat(policy.action(Category.PERSONAL_DATA, Direction.PROMPT, "en", "card", 0.6))
                .isEqualTo(Action.BLOCK);
        assertThat(policy.action(Category.PERSONAL_DATA, Direction.PROMPT, "en", "email", 0.6))
                .isEqualTo(Action.REDACT);
        assertThat(policy.action(Category.PERSONAL_DATA, Direction.OUTPUT, "en", "card", 0.6))
                .isEqualTo(Action.REDACT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schema: revontuli.policy.v1|schema: other|schema",
                "name: default|name: No Good|name",
                "version: 1|version: 0|version",
                "version: 1|version: one|version",
                "version: 1|version: 1\\nversion: 2|version",
                "version: 1|version: 1\\nowner: me|owner",
                "  cbrn-weapons:|  cbrn:|categories.cbrn-weapons",
                "prompt: {review: 0.55, block: 0.75}|prompt: {review: 1.5}|categories.cbrn-weapons.prompt.review",
                "prompt: {review: 0.55, block: 0.75}|prompt: {review: 0}|categories.cbrn-weapons.prompt.review",
                "prompt: {review: 0.55, block: 0.75}|prompt: {review: -0.5}|categories.cbrn-weapons.prompt.review",
                "prompt: {review: 0.55, block: 0.75}|prompt: {review: .nan}|categories.cbrn-weapons.prompt.review",
                "prompt: {review: 0.55, block: 0.75}|prompt: {review: 0.9, block: 0.5}|categories.cbrn-weapons.prompt",
                "prompt: {review: 0.55, block: 0.75}|prompt: {refuse: 0.9}|categories.cbrn-weapons.prompt.refuse",
                "prompt: {review: 0.55, block: 0.75}|prompt: [0.5]|categories.cbrn-weapons.prompt",
                "prompt: {review: 0.55, block: 0.75}|prompts: {block: 0.9}|categories.cbrn-weapons.prompt",
                "      card: {|      cart: {|categories.personal-data.kinds.cart",
                "alert: [crime_cyber]|alarm: [crime_cyber]|categories.cyber-attacks.taxonomies.alarm",
                "alert: [crime_cyber]|alert: crime_cyber|categories.cyber-attacks.taxonomies.alert",
                "name: default|name: &x default|name",
            })
    void whatIsUnclearIsRefusedWithItsPath(String good, String bad, String path) {
        String yaml = SHIPPED.replaceFirst(Pattern.quote(good), bad.replace("\\n", "\n"));

        assertThat(yaml).isNotEqualTo(SHIPPED);
        assertThatThrownBy(() -> parse(yaml)).isInstanceOfSatisfying(FaultException.class, refused -> {
            assertThat(refused.fault().reason()).isEqualTo("MALFORMED_POLICY");
            assertThat(refused.fault().details()).containsEntry("path", path);
            assertThat(refused.fault().details().get("fix")).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[a, b]",
                "just text",
                "a: [[[[[[[[[[1]]]]]]]]]]",
                "a: *b",
                "a: 1\\n---\\nb: 2",
                "a: {b",
                "a: !!java.net.URL b",
                "''"
            })
    void whatIsNoPlainMappingIsRefused(String yaml) {
        assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n"))).isInstanceOf(FaultException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> PolicyFile.parse(new byte[] {'a', ':', ' ', (byte) 0xC3, (byte) 0x28}))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aFileMayBeAsLargeAsTheLimitAndNoLarger() {
        int room = YamlMap.BYTES_MAX - SHIPPED.getBytes(StandardCharsets.UTF_8).length;
        String full = SHIPPED + "#" + "x".repeat(room - 1);

        assertThat(parse(full).name().policy()).isEqualTo("default");
        assertThatThrownBy(() -> parse(full + "x")).hasMessageContaining("262145 bytes");
    }
}
