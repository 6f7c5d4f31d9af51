package revontuli.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/// The rules of the house, held against one service. Each failure says how to mend it.
public final class HouseRules {
    /// Classes that look something up by name, each declared in the reachability metadata of its module.
    private static final List<String> DECLARED = List.of(
            "revontuli.contracts.Topic",
            "revontuli.safety.classify.Model",
            "revontuli.safety.lexicon.LexiconFiles",
            "revontuli.safety.policy.PolicyFile",
            "revontuli.safety.screen.RecordedCases");

    private HouseRules() {}

    /// Checks every class under the root package, such as `revontuli.tokenizer`.
    public static void check(String root) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
        rules(root).forEach(rule -> rule.check(classes));
        JavaClasses inTheExecutable = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(
                        root,
                        "revontuli.bpe",
                        "revontuli.causallm",
                        "revontuli.contracts",
                        "revontuli.platform",
                        "revontuli.transparency");
        fitsANativeExecutable().check(inTheExecutable);
    }

    /// What is looked up by name at run time must be declared, or it is missing in an executable.
    private static ArchRule fitsANativeExecutable() {
        return noClasses()
                .that(new NotDeclared())
                .should()
                .callMethodWhere(new LookUpByName())
                .because("an executable holds only what is declared: declare the resource or class in"
                        + " META-INF/native-image/revontuli/<module>/reachability-metadata.json beside the class, then"
                        + " name the class in HouseRules.DECLARED");
    }

    private static List<ArchRule> rules(String root) {
        return List.of(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("..grpc..", "..kafka..", "..store..", "..djl..", "..http..", root)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "io.quarkus..",
                                "io.smallrye..",
                                "jakarta..",
                                "io.grpc..",
                                "org.hibernate..",
                                "org.apache.kafka..",
                                "ai.djl..",
                                "revontuli.api..")
                        .because(
                                "features must be testable without a container: move the I/O to grpc, kafka, store or djl"),
                noClasses()
                        .that()
                        .resideInAPackage(root + "..")
                        .should()
                        .dependOnClassesThat(new OtherServices(root))
                        .because(
                                "services speak over gRPC and events only: put what both need into contracts or platform"),
                classes()
                        .that()
                        .areAnnotatedWith("jakarta.persistence.Entity")
                        .should()
                        .bePackagePrivate()
                        .allowEmptyShould(true)
                        .because("rows are the store's own: map them to the domain type before they leave"),
                noFields()
                        .should()
                        .beAnnotatedWith("jakarta.inject.Inject")
                        .because("a class says what it needs in its constructor"),
                fields().that()
                        .areStatic()
                        .and()
                        .areDeclaredInClassesThat()
                        .resideInAPackage(root + "..")
                        .should()
                        .beFinal()
                        .allowEmptyShould(true)
                        .because("hidden shared state cannot be tested: pass it in"),
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("lombok..", "javax.annotation..", "org.junit..", "..shaded..")
                        .because("the house uses records, JSpecify and its libraries under their own names"));
    }

    /// Classes of another service than the one under this root.
    private static final class OtherServices extends DescribedPredicate<JavaClass> {
        private static final List<String> ROOTS =
                List.of("revontuli.tokenizer", "revontuli.inference", "revontuli.safety", "revontuli.trainer");
        private final String root;

        OtherServices(String root) {
            super("belong to another service");
            this.root = root;
        }

        @Override
        public boolean test(JavaClass type) {
            String name = type.getPackageName();
            return ROOTS.stream().anyMatch(other -> !other.equals(root) && (name + ".").startsWith(other + "."));
        }
    }

    private static final class NotDeclared extends DescribedPredicate<JavaClass> {
        NotDeclared() {
            super("declare nothing for executables");
        }

        @Override
        public boolean test(JavaClass type) {
            // generated code of protobuf and of Quarkus brings its own declarations
            return !type.getPackageName().startsWith("revontuli.api")
                    && !DECLARED.contains(type.getFullName())
                    && type.getPackageName().startsWith("revontuli");
        }
    }

    private static final class LookUpByName extends DescribedPredicate<JavaMethodCall> {
        LookUpByName() {
            super("look up a resource, a class, a member or a service by its name");
        }

        @Override
        public boolean test(JavaMethodCall call) {
            String owner = call.getTargetOwner().getFullName();
            String method = call.getTarget().getName();
            return switch (owner) {
                case "java.lang.Class" ->
                    method.startsWith("getResource")
                            || method.equals("forName")
                            || method.startsWith("getDeclared")
                            || method.equals("getMethod");
                case "java.lang.ClassLoader" -> method.startsWith("getResource") || method.equals("loadClass");
                case "java.util.ServiceLoader", "java.util.ResourceBundle", "java.lang.reflect.Proxy" -> true;
                case "java.lang.System", "java.lang.Runtime" -> method.equals("loadLibrary");
                // these reach into message classes by reflection
                case "com.google.protobuf.Any" -> method.equals("pack") || method.equals("unpack");
                case "com.google.protobuf.TextFormat", "com.google.protobuf.util.JsonFormat" -> true;
                default -> false;
            };
        }
    }
}
