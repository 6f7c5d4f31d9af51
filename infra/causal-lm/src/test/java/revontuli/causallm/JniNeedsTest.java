package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What DJL's native libraries look up through JNI is declared for native executables: a lookup that nobody declared
/// would end an executable that works on a JVM.
class JniNeedsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final List<String> DECLARED_IN =
            List.of("infra/causal-lm/causal-lm", "tokenizer-svc/tokenizer-svc", "inference-svc/inference-svc");
    private static final Pattern CLASS = Pattern.compile("(\\S+) (FindClass|NewObjectArray|AllocObject) (\\S+)");
    private static final Pattern THROW = Pattern.compile("(\\S+) ThrowNew L(\\S+); .*");
    private static final Pattern MEMBER =
            Pattern.compile("(\\S+) Get(?:Static)?(Method|Field)ID L(\\S+); (\\S+) (\\S+)");

    @TempDir
    Path folder;

    @Test
    void everyLookupOfTheNativeLibrariesIsDeclared() throws Exception {
        Set<String> declared = declared();
        List<String> lookups = lookups();

        assertThat(lookups)
                .as("all three libraries were seen at work")
                .anyMatch(line -> line.contains("libdjl_torch.so "))
                .anyMatch(line -> line.contains("libtokenizers.so "))
                .anyMatch(line -> line.startsWith("jna"));
        Set<String> missing = lookups.stream()
                .filter(line -> !line.endsWith("not found"))
                .flatMap(line -> needs(line).stream())
                .filter(need -> !declared.contains(need))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(missing)
                .as("add these to META-INF/native-image/.../reachability-metadata.json beside the code that needs them")
                .isEmpty();
    }

    private List<String> lookups() throws IOException, InterruptedException {
        Path jdk = Path.of(System.getProperty("java.home"));
        Path agent = folder.resolve("libjnitrace.so");
        Path list = folder.resolve("lookups.txt");
        run(
                "gcc",
                "-O1",
                "-fno-optimize-sibling-calls",
                "-shared",
                "-fPIC",
                "-I" + jdk.resolve("include"),
                "-I" + jdk.resolve("include/linux"),
                ROOT.resolve("infra/native/trace/jnitrace.c").toString(),
                "-o",
                agent.toString(),
                "-ldl");
        run(
                jdk.resolve("bin/java").toString(),
                "-agentpath:" + agent + "=" + list + ",torch,tokenizers,jna",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                JniTour.class.getName(),
                folder.toString());
        return Files.readAllLines(list).stream().distinct().toList();
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            // The agent is C: without a compiler there is nothing to compare. CI installs one.
            assumeTrue(false, command[0] + " is not installed: " + e.getMessage());
            return;
        }
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(command[0]).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    /// What one line of the agent asks of the metadata: a type, and a member of it.
    private static List<String> needs(String line) {
        Matcher type = CLASS.matcher(line);
        if (type.matches()) {
            String name = type.group(3).replaceFirst("^L(.*);$", "$1").replace('/', '.');
            return name.startsWith("[") ? List.of() : List.of(name);
        }
        Matcher thrown = THROW.matcher(line);
        if (thrown.matches()) {
            String name = thrown.group(2).replace('/', '.');
            return List.of(name, name + ".<init>(java.lang.String)");
        }
        Matcher member = MEMBER.matcher(line);
        if (member.matches()) {
            String name = member.group(3).replace('/', '.');
            String suffix = member.group(2).equals("Field") ? "" : parameters(member.group(5));
            return List.of(name + "." + member.group(4) + suffix);
        }
        throw new AssertionError("a line of the agent that nobody understands: " + line);
    }

    private static String parameters(String descriptor) {
        return MethodTypeDesc.ofDescriptor(descriptor).parameterList().stream()
                .map(type -> type.isPrimitive() || type.isArray()
                        ? type.displayName()
                        : type.descriptorString()
                                .substring(1, type.descriptorString().length() - 1)
                                .replace('/', '.'))
                .collect(Collectors.joining(",", "(", ")"));
    }

    private static Set<String> declared() throws IOException, Json.Malformed {
        Set<String> declared = new TreeSet<>();
        for (String place : DECLARED_IN) {
            Path file = ROOT.resolve(place.substring(0, place.lastIndexOf('/')))
                    .resolve("src/main/resources/META-INF/native-image/revontuli")
                    .resolve(place.substring(place.lastIndexOf('/') + 1))
                    .resolve("reachability-metadata.json");
            for (Map<?, ?> entry : list(Json.object(Files.readAllBytes(file)), "reflection")) {
                if (entry.get("type") instanceof String type && Boolean.TRUE.equals(entry.get("jniAccessible"))) {
                    declared.add(type);
                    list(entry, "fields").forEach(field -> declared.add(type + "." + field.get("name")));
                    list(entry, "methods").forEach(method -> declared.add(type + "." + signature(method)));
                }
            }
        }
        return declared;
    }

    private static String signature(Map<?, ?> method) {
        String parameters = method.get("parameterTypes") instanceof List<?> types
                ? types.stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"))
                : "";
        return method.get("name") + parameters;
    }

    private static List<Map<?, ?>> list(Map<?, ?> object, String key) {
        List<Map<?, ?>> found = new ArrayList<>();
        if (object.get(key) instanceof List<?> entries) {
            entries.forEach(entry -> found.add((Map<?, ?>) entry));
        }
        return found;
    }
}
